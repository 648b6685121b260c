// SPDX-License-Identifier: Apache-2.0
#include "ports/object_source.hpp"

#include <fmt/format.h>

namespace hooklet {

Error object_not_found(const ObjectRef& object) {
    const char* kind = object.kind == ObjectKind::secret ? "secret" : "configmap";
    return {Code::not_found, fmt::format("{} \"{}\" not found", kind, object.name)};
}

}  // namespace hooklet
