"""What every shop must do, seen over HTTP only: the same for all patterns and stacks."""
