"""What a crowd of address books says a number is called, and whether it is spam."""
