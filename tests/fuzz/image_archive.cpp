// SPDX-License-Identifier: Apache-2.0
// Image archives: INDEX, zero byte, MANIFEST; and the route table and subnet file that containerd's network
// is chosen from.
#include "adapters/containerd/image_archive.hpp"

#include "adapters/containerd/config.hpp"
#include "adapters/containerd/subnet.hpp"
#include "fuzz/target.hpp"

HOOKLET_FUZZ(input) {
    using namespace hooklet;
    const auto [first, second] = fuzz::split(input);
    (void)containerd::archived_images(first, second, "stem");
    (void)containerd::full_image_name(first);
    (void)containerd::parse_routes(input, "hkl0");
    const auto subnet = containerd::parse_subnet(first);
    if (subnet) fuzz::require(containerd::parse_subnet(subnet->text()) == subnet);
}
