"""The demo association: invented companies and people who have been talking for a year and a half."""
