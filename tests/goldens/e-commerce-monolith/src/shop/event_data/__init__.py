"""What events hold, and how one version of an event becomes another."""
