// SPDX-License-Identifier: Apache-2.0
#include "images/registry_logins.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

api::Secret docker_config(std::string json) {
    api::Secret secret;
    secret.type = "kubernetes.io/dockerconfigjson";
    secret.data[".dockerconfigjson"] = std::move(json);
    return secret;
}

TEST(RegistryLogins, AreReadFromBothKindsOfFiles) {
    const auto read = read_logins(docker_config(
        R"({"auths": {"https://index.docker.io/v1/": {"auth": "bWU6YTpi"}, "r.io:5000/team/": {"username": "u", "password": "p"}}})"));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_THAT(*read, ElementsAre(RegistryLogin{"index.docker.io", {"me", "a:b"}},
                                   RegistryLogin{"r.io:5000/team", {"u", "p"}}));
    api::Secret old;
    old.type = "kubernetes.io/dockercfg";
    old.data[".dockercfg"] = R"({"r.io": {"username": "u", "password": "p"}})";
    EXPECT_THAT(*read_logins(old), ElementsAre(RegistryLogin{"r.io", {"u", "p"}}));
    old.type = "Opaque";
    EXPECT_THAT(*read_logins(old), IsEmpty());
}

TEST(RegistryLogins, SayWhatIsWrongWithTheFile) {
    EXPECT_EQ(read_logins(docker_config("{")).error().message, ".dockerconfigjson is not valid JSON");
    EXPECT_EQ(read_logins(docker_config(R"({"auths": {"r.io": {"auth": "bWU="}}})")).error().message,
              ".dockerconfigjson: r.io: auth is not USERNAME:PASSWORD");
    api::Secret empty = docker_config("");
    empty.data.clear();
    EXPECT_EQ(read_logins(empty).error().message, "no .dockerconfigjson");
}

TEST(RegistryLogins, SuitAnImageByHostPortAndPath) {
    struct Row {
        const char* registry;
        const char* image;
        bool suits;
    };
    const Row table[] = {
        {"r.io", "r.io/app:1", true},
        {"r.io", "other.io/app", false},
        {"r.io", "r.io:5000/app", false},
        {"r.io:5000", "r.io:5000/app", true},
        {"r.io/team", "r.io/team/app", true},
        {"r.io/team", "r.io/others/app", false},
        {"*.r.io", "eu.r.io/app", true},
        {"*.r.io", "a.eu.r.io/app", false},
        {"*.r.io", "r.io/app", false},
        {"r?.io", "r1.io/app", true},
        {"index.docker.io", "busybox", true},
        {"index.docker.io", "library/busybox:1", true},
        {"index.docker.io", "docker.io/library/busybox", true},
        {"localhost:5000", "localhost:5000/app", true},
    };
    for (const Row& row : table) {
        const auto found = logins_for(row.image, {{row.registry, {"u", "p"}}});
        EXPECT_EQ(!found.empty(), row.suits) << row.registry << " " << row.image;
    }
}

TEST(RegistryLogins, TheMostExactComesFirst) {
    EXPECT_THAT(
        logins_for("r.io/team/app", {{"r.io", {"a", ""}}, {"r.io/team", {"b", ""}}, {"*.io", {"c", ""}}}),
        ElementsAre(cri::AuthConfig{"b", ""}, cri::AuthConfig{"a", ""}, cri::AuthConfig{"c", ""}));
}

}  // namespace
}  // namespace hooklet
