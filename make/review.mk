# The page of biaoge review: a browser for its tests, and what is shown and
# measured of it.
TEST_PACKAGES += chromium
