// SPDX-License-Identifier: Apache-2.0
#include "api/metrics_types.hpp"
#include "kinds/catalog.hpp"

namespace hooklet::kinds {

namespace {

/// Their plurals are those of the core kinds that they measure; a singular would stand in the way of those.
template <class T>
Kind metrics_of(std::string name, std::string plural, bool namespaced) {
    return kind_of<T>({.group = "metrics.k8s.io",
                       .version = "v1beta1",
                       .name = std::move(name),
                       .plural = std::move(plural),
                       .namespaced = namespaced,
                       .verbs = {"get", "list"},
                       .computed = true},
                      {});
}

}  // namespace

std::vector<Kind> metrics_kinds() {
    return {metrics_of<api::NodeMetrics>("NodeMetrics", "nodes", false),
            metrics_of<api::PodMetrics>("PodMetrics", "pods", true)};
}

}  // namespace hooklet::kinds
