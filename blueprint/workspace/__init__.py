"""The only package that writes into a user's folder. It knows files, and neither spec nor templates."""
