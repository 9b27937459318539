//! Tests of the analysis as a whole: the library's own bodies and annotations.
