"""People, the companies they act for, and how they prove who they are."""
