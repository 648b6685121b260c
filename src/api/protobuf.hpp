// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/descriptor.hpp"
#include "api/json.hpp"
#include "api/types.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>

namespace hooklet::api {

/// Fills `object` (of the described type, fresh) from the message of its type in the API's protobuf form.
/// Fields that the type does not have are passed over. Times have whole seconds,
/// those of a MicroTime whole microseconds; an empty time is an unset
/// one. kind and apiVersion are not in the message, see open_envelope(). `limits.nodes` counts the values
/// read. Fails with Code::invalid and says which field; what was read until then stays in `object`.
Status decode_protobuf(const TypeDescriptor& type, std::string_view message, void* object,
                       const ParseLimits& limits = {});
/// The reverse. Only unset pointers and empty lists and maps are left out, as Kubernetes does it.
std::string encode_protobuf(const TypeDescriptor& type, const void* object);

/// Opens the body of a request of type application/vnd.kubernetes.protobuf: `k8s\0` and a runtime.Unknown,
/// whose `raw` is the object's message. Fails with Code::invalid, also when the content is encoded in any
/// way.
Result<Unknown> open_envelope(std::string_view body, const ParseLimits& limits = {});
/// The reverse.
std::string seal_envelope(const Unknown& content);

}  // namespace hooklet::api
