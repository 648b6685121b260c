// SPDX-License-Identifier: Apache-2.0
#include "references/local_objects.hpp"

#include "references/snapshot.hpp"
#include "support/sim_world.hpp"
#include "unit/pods_config/pod_of.hpp"

#include <gmock/gmock.h>

namespace hooklet {
namespace {

using testing::ElementsAre;

api::ConfigMap config_map(const std::string& name, const std::string& value) {
    api::ConfigMap object;
    object.metadata.namespace_ = "default";
    object.metadata.name = name;
    object.data["k"] = value;
    return object;
}

const ObjectRef settings{ObjectKind::config_map, "default", "settings"};

TEST(LocalObjects, TellWhoeverWatches) {
    LocalObjects objects;
    std::vector<std::string> told;
    ObjectWatch first = objects.watch(settings, [&] { told.emplace_back("first"); });
    ObjectWatch second = objects.watch(settings, [&] {
        told.emplace_back("second");
        first = ObjectWatch{};
    });
    const ObjectWatch other =
        objects.watch({ObjectKind::secret, "default", "settings"}, [&] { told.emplace_back("other"); });
    objects.put(config_map("settings", "1"));
    EXPECT_THAT(told, ElementsAre("first", "second"));
    objects.put(config_map("elsewhere", "1"));
    objects.remove({ObjectKind::secret, "default", "none"});
    objects.remove(settings);
    EXPECT_THAT(told, ElementsAre("first", "second", "second"));
}

TEST(LocalObjects, MayGoBeforeTheirWatches) {
    ObjectWatch watch;
    {
        LocalObjects objects;
        watch = objects.watch(settings, [] {});
    }
    watch = ObjectWatch{};
}

TEST(Snapshot, HoldsWhatAPodRefersToAndWhatWentWrong) {
    sim::SimWorld world;
    world.objects.put(config_map("settings", "1"));
    world.faults.force("objects.secret", sim::Fault::error);
    const api::Pod pod = test::pod_of(R"({"serviceAccountName": "builder",
        "containers": [{"name": "app", "envFrom": [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "a"}}],
            "env": [{"name": "X", "valueFrom": {"configMapKeyRef": {"name": "b", "key": "k"}}},
                    {"name": "Y", "valueFrom": {"secretKeyRef": {"name": "c", "key": "k"}}}]}],
        "volumes": [{"name": "v", "secret": {"secretName": "d"}}, {"name": "w", "configMap": {"name": "e"}},
            {"name": "x", "projected": {"sources": [{"secret": {"name": "f"}}, {"configMap": {"name": "g"}},
                {"serviceAccountToken": {"path": "t", "audience": "vault", "expirationSeconds": 1000}}]}}]})");
    std::string names;
    for (const ObjectRef& object : all_references(pod)) {
        names += (object.kind == ObjectKind::secret ? "secret " : "configmap ") + object.name + " ";
    }
    EXPECT_EQ(names,
              "configmap b configmap e configmap g configmap settings secret a secret c secret d secret f ");

    const Call call = world.loop.clock().call_within(std::chrono::seconds{5});
    const auto env =
        world.loop.run(fetch(&world.object_source, references_of(pod, pod.spec.containers[0]), call));
    EXPECT_EQ((*env.config_map("default", "settings"))->data.at("k"), "1");
    EXPECT_NE(env.secret("default", "a").error().code, Code::not_found);
    EXPECT_EQ(env.secret("default", "c").error().text(), "secret \"c\" not found");
    EXPECT_EQ(env.config_map("default", "e").error().text(), "configmap \"e\" not found");
    EXPECT_EQ(env.refresh_at(), std::nullopt);

    world.object_source.issue_tokens();
    const auto volumes = world.loop.run(fetch(&world.object_source, references_of_volumes(pod), call));
    const ServiceAccountTokenRequest request{"default", "builder", "web", "u1", "vault", 1000};
    const auto token = volumes.token(request);
    ASSERT_TRUE(token) << token.error().text();
    EXPECT_EQ(token->token, "token-1");
    EXPECT_EQ(volumes.refresh_at(), token->issued_at + std::chrono::seconds{800});
}

}  // namespace
}  // namespace hooklet
