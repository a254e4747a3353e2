"""Who may have IORT, by which guideline and why: rules are data, the reasons come with the class."""
