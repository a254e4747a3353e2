"""The anatomy: image, structures and masks, tissues, body, virtual patient."""
