"""The processes, and commands for operators."""
