// SPDX-License-Identifier: Apache-2.0
#include "api/defaults.hpp"
#include "api/types.hpp"
#include "api/validation.hpp"
#include "kinds/kind.hpp"

#include <algorithm>

namespace hooklet::kinds {

namespace {

const std::vector<std::string> every_verb{"create", "delete", "deletecollection", "get",
                                          "list",   "patch",  "update",           "watch"};

Kind pods() {
    Kind kind;
    kind.name = "Pod";
    kind.plural = "pods";
    kind.singular = "pod";
    kind.verbs = every_verb;
    kind.short_names = {"po"};
    kind.categories = {"all"};
    return kind_of<api::Pod>(std::move(kind),
                             {.set_defaults = api::set_defaults,
                              .validate = [](const api::Pod& pod) { return api::validate(pod); }});
}

Kind config_maps() {
    Kind kind;
    kind.name = "ConfigMap";
    kind.plural = "configmaps";
    kind.singular = "configmap";
    kind.verbs = every_verb;
    kind.short_names = {"cm"};
    return kind_of<api::ConfigMap>(
        std::move(kind), {.validate = [](const api::ConfigMap& map) { return api::validate(map); }});
}

}  // namespace

const std::vector<Kind>& all() {
    static const std::vector<Kind> kinds{pods(), config_maps()};
    return kinds;
}

const Kind* find(std::string_view group, std::string_view version, std::string_view plural) {
    const auto found = std::ranges::find_if(all(), [&](const Kind& kind) {
        return kind.group == group && kind.version == version && kind.plural == plural;
    });
    return found == all().end() ? nullptr : &*found;
}

}  // namespace hooklet::kinds
