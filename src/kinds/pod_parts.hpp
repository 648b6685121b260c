// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/types.hpp"
#include "kinds/kind.hpp"

#include <string_view>

/// Who decides about which part of a Pod.
namespace hooklet::kinds {

/// A new Pod is Pending, at generation 1, with its QoS class; held back by gates, it says so.
void prepare_create(api::Pod& pod);

/// Of a whole Pod: the status stays. Of `status`: everything but the status, labels, annotations and
/// finalizers stays. Of `ephemeralcontainers` and `resize`: everything stays but those containers, and the
/// resources and resize policies of containers that are there. A changed spec counts one generation.
void prepare_update(std::string_view part, api::Pod& now, const api::Pod& before);

Fields selectable_fields(const api::Pod& pod);

}  // namespace hooklet::kinds
