// SPDX-License-Identifier: Apache-2.0
#include "pause_image.hpp"

// HOOKLET_PAUSE_TAR is the path of the archive that this folder's CMakeLists.txt builds.
__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    "hooklet_pause_tar_begin:\n"
    ".incbin \"" HOOKLET_PAUSE_TAR
    "\"\n"
    "hooklet_pause_tar_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char hooklet_pause_tar_begin[];
extern const char hooklet_pause_tar_end[];
}

namespace hooklet {

std::string_view pause_image_tar() {
    return {hooklet_pause_tar_begin, hooklet_pause_tar_end};
}

}  // namespace hooklet
