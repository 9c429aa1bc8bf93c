package device

// #include <stdlib.h>
import "C"

import "unsafe"

// free returns memory that malgo took from C.
func free(p unsafe.Pointer) { C.free(p) }
