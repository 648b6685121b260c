// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/json.hpp"
#include "informer/document.hpp"
#include "support/fake_api.hpp"
#include "support/sim_loop.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hooklet::sim {

/// A fake API on virtual time, with what tests do with its objects.
struct ApiWorld {
    Call within(Duration limit = std::chrono::minutes{1}) { return loop.clock().call_within(limit); }
    static api::Node json(std::string_view text) { return api::parse_json(text).value(); }
    /// The path of an object, or of a resource, of the core group.
    static ApiPath core(std::string resource, std::string namespace_ = "", std::string name = "",
                        std::string subresource = "") {
        return {
            "", "v1", std::move(resource), std::move(namespace_), std::move(name), std::move(subresource)};
    }
    /// Stores the object, whose kind and apiVersion are filled in. Throws when that fails.
    api::Node add(const ApiPath& path, api::Node object);
    api::Node add(const ApiPath& path, std::string_view text) { return add(path, json(text)); }
    api::Node add_namespace(const std::string& name);
    /// Merges a patch into the stored object. Throws when that fails.
    api::Node change(const ApiPath& path, std::string_view merge_patch);
    /// The stored object; null when there is none.
    api::Node stored(const ApiPath& path) { return api.objects().get(path).value_or(api::Node()); }
    /// The names of the stored objects.
    std::vector<std::string> names(const ApiPath& path) const;

    SimLoop loop;
    History history{&loop.clock()};
    FaultInjector faults{{}, SimRandom(1), &loop.clock(), &history};
    SimRandom random{2};
    FakeApi api{SimWire(&loop.clock(), SimRandom(3), &faults), &random};
};

}  // namespace hooklet::sim
