// SPDX-License-Identifier: Apache-2.0
#include "server/get.hpp"

namespace hooklet::server {

Answer<store::ObjectPtr> get(const Services& services, const Target& target) {
    auto found = services.objects->get(target.key());
    // The name of the resource in the message is the one that was asked for.
    if (!found) return std::unexpected(status::not_found(*target.kind, target.name));
    return *std::move(found);
}

}  // namespace hooklet::server
