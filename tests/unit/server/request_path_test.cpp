// SPDX-License-Identifier: Apache-2.0
#include "server/request_path.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace hooklet::server {
namespace {

/// `group/version namespace resource name subresource rest of the target`, `.` for what is empty; `-` for no
/// resource.
std::string path_of(std::string_view target) {
    const auto request = parse_target(target);
    if (!request) return "refused";
    const auto resource = resource_path(request->segments);
    if (!resource) return "-";
    const ApiPath& path = resource->path;
    const auto shown = [](const std::string& text) { return text.empty() ? std::string(".") : text; };
    return fmt::format("{}/{} {} {} {} {} {}", path.group, path.version, shown(path.namespace_),
                       path.resource, shown(path.name), shown(path.subresource),
                       shown(std::string(behind_segments(target, resource->length))));
}

TEST(RequestPath, NamesAResource) {
    const std::vector<std::pair<const char*, const char*>> table{
        {"/api/v1/pods", "/v1 . pods . . ."},
        {"/api/v1/pods/", "/v1 . pods . . /"},
        {"/api/v1//pods?limit=1", "/v1 . pods . . ?limit=1"},
        {"/api/v1/nodes/n", "/v1 . nodes n . ."},
        {"/api/v1/nodes/n/proxy/metrics/cadvisor", "/v1 . nodes n proxy /metrics/cadvisor"},
        {"/api/v1/namespaces", "/v1 . namespaces . . ."},
        {"/api/v1/namespaces/a", "/v1 . namespaces a . ."},
        {"/api/v1/namespaces/a/status", "/v1 . namespaces a status ."},
        {"/api/v1/namespaces/a/finalize", "/v1 . namespaces a finalize ."},
        {"/api/v1/namespaces/a/pods", "/v1 a pods . . ."},
        {"/api/v1/namespaces/a/pods/p/log", "/v1 a pods p log ."},
        {"/apis/coordination.k8s.io/v1/namespaces/a/leases/l", "coordination.k8s.io/v1 a leases l . ."},
        {"/apis/node.k8s.io/v1/runtimeclasses", "node.k8s.io/v1 . runtimeclasses . . ."},
        {"/api/v1/namespaces/a/pods/p%2Dq", "/v1 a pods p-q . ."},
        {"/api/v1", "-"},
        {"/apis/node.k8s.io/v1", "-"},
        {"/version", "-"},
        {"/", "-"},
    };
    for (const auto& [target, expected] : table) EXPECT_EQ(path_of(target), expected) << target;
}

TEST(RequestPath, LeavesNoWayOut) {
    for (const char* target : {"api/v1/pods", "", "/api/v1/../pods", "/api/v1/./pods", "/api/v1/%2e%2e/pods",
                               "/api/v1/pods/a%2Fb", "/api/v1/pods/a%00", "/api/v1/pods/%4", "/api/v1/%zz"}) {
        EXPECT_EQ(path_of(target), "refused") << target;
    }
}

TEST(RequestPath, HasTheQuery) {
    const auto request = parse_target("/api/v1/pods?labelSelector=a%3Db&watch");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->path, "/api/v1/pods");
    EXPECT_EQ(request->query.get("labelSelector"), "a=b");
    EXPECT_TRUE(request->query.flag("watch"));
}

}  // namespace
}  // namespace hooklet::server
