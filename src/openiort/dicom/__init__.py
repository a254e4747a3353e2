"""The only pydicom: reads into and writes from the types of the folders before it."""
