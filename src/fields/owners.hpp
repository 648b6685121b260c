// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "fields/field_set.hpp"

#include <string_view>
#include <vector>

namespace hooklet::fields {

inline constexpr std::string_view apply_operation = "Apply";
inline constexpr std::string_view update_operation = "Update";

/// Somebody who owns fields, and which.
struct Owner {
    api::ManagedFieldsEntry entry{};  ///< Without the fields.
    FieldSet fields{};

    [[nodiscard]] bool applies() const { return entry.operation == apply_operation; }
    /// The same manager with the same operation on the same part; of updates, in the same version too.
    [[nodiscard]] bool is(const api::ManagedFieldsEntry& other) const;
    /// `"kubectl"`, `"node" with subresource "status" using v1`, for messages.
    [[nodiscard]] std::string text() const;
};
using Owners = std::vector<Owner>;

/// metadata.managedFields as owners. Code::invalid when an entry is not understood.
Result<Owners> read_owners(const std::vector<api::ManagedFieldsEntry>& entries);
/// And back, in the API's order: appliers first, then by time, manager and part. Who owns nothing is left
/// out. Of more than ten updaters the oldest ones become one, `ancient-changes`.
std::vector<api::ManagedFieldsEntry> write_owners(Owners owners);

}  // namespace hooklet::fields
