"""What the owner of a number says of its name: sets it, hides it, strikes names out, or is shown as a business."""
