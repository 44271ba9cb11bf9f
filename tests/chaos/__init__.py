"""What happens when things fail (DESIGN section 8), proved from outside: real processes, real servers, real signals."""
