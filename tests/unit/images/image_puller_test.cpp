// SPDX-License-Identifier: Apache-2.0
#include "images/image_puller.hpp"

#include "base/gate.hpp"
#include "support/sim_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hooklet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

class ImagePullerTest : public testing::Test {
  protected:
    ImagePullerTest() {
        journal_.listen([this](const JournalEntry& entry) {
            if (const auto* event = std::get_if<EventRecord>(&entry)) {
                events_.push_back(event->reason + ": " + event->message);
            }
        });
    }
    ~ImagePullerTest() override { world_.loop.run(journal_.stop()); }

    std::expected<ReadyImage, ImageFailure> ensure(const std::string& image, const std::string& policy,
                                                   PullOptions options = {}) {
        events_.clear();
        api::Container container;
        container.name = "c";
        container.image = image;
        container.imagePullPolicy = policy;
        const Recorder recorder(&journal_, {"default", "web", "uid-1"}, "c");
        return world_.loop.run(puller_.ensure(container, recorder, {}, std::move(options)));
    }

    sim::SimWorld world_;
    Journal journal_{&world_.journal, &world_.loop.clock(), &world_.random, world_.loop.executor()};
    ImagePuller puller_{&world_.runtime, &world_.loop.clock()};
    std::vector<std::string> events_;
};

TEST_F(ImagePullerTest, PresentImageIsNotPulled) {
    world_.images.add({.name = "img:1"});
    EXPECT_TRUE(ensure("img:1", "IfNotPresent"));
    EXPECT_THAT(events_, ElementsAre("Pulled: Container image \"img:1\" already present on machine"));
}

TEST_F(ImagePullerTest, AnEngineThatIsAwayForAMomentCostsNoBackOff) {
    world_.images.add({.name = "img:1"});
    world_.faults.force("image_status", sim::Fault::lost_answer);
    const MonotonicTime begun = world_.loop.clock().now();
    EXPECT_TRUE(ensure("img:1", "IfNotPresent"));
    EXPECT_LT(world_.loop.clock().now() - begun, 1s);
    EXPECT_THAT(events_, ElementsAre("Pulled: Container image \"img:1\" already present on machine"));
}

TEST_F(ImagePullerTest, TriesEachLogin) {
    world_.images.add({.name = "r.io/app:1", .present = false, .login = cri::AuthConfig{"me", "secret"}});
    EXPECT_FALSE(ensure("r.io/app:1", "Always"));
    world_.loop.run_for(11s);
    PullOptions options;
    options.logins = {{"me", "wrong"}, {"me", "secret"}};
    EXPECT_TRUE(ensure("r.io/app:1", "Always", options));
}

TEST_F(ImagePullerTest, S4_NeverPolicyOfAnAbsentImage) {
    const auto image = ensure("img:1", "Never");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "ErrImageNeverPull");
    EXPECT_THAT(events_, ElementsAre("ErrImageNeverPull: Container image \"img:1\" is not present with pull "
                                     "policy of Never",
                                     "Failed: Error: ErrImageNeverPull"));
}

TEST_F(ImagePullerTest, UnreadableNameIsInvalid) {
    const auto image = ensure("A b", "Always");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "InvalidImageName");
}

TEST_F(ImagePullerTest, S3_FailedPullBacksOffAndTriesAgainTenSecondsLater) {
    auto image = ensure("no.such/x:1", "IfNotPresent");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "ErrImagePull");
    EXPECT_THAT(events_, ElementsAre("Pulling: Pulling image \"no.such/x:1\"",
                                     StartsWith("Failed: Failed to pull image \"no.such/x:1\": "),
                                     "Failed: Error: ErrImagePull"));
    const MonotonicTime failed = world_.loop.clock().now();

    image = ensure("no.such/x:1", "IfNotPresent");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "ImagePullBackOff");
    EXPECT_THAT(image.error().message, StartsWith("Back-off pulling image \"no.such/x:1\": ErrImagePull: "));
    EXPECT_THAT(events_, ElementsAre("BackOff: Back-off pulling image \"no.such/x:1\"",
                                     "Failed: Error: ImagePullBackOff"));
    EXPECT_EQ(image.error().retry_at, failed + 10s);

    world_.loop.run_for(10s);
    image = ensure("no.such/x:1", "IfNotPresent");
    ASSERT_FALSE(image);
    EXPECT_EQ(image.error().reason, "ErrImagePull");
    EXPECT_EQ(ensure("no.such/x:1", "IfNotPresent").error().retry_at, world_.loop.clock().now() + 20s)
        << "the second failure doubles the delay";
}

TEST_F(ImagePullerTest, TheBackOffHasItsOwnLimits) {
    api::Container container;
    container.image = "no.such/x:1";
    container.imagePullPolicy = "Always";
    const Recorder recorder(&journal_, {"default", "web", "uid-1"}, "c");
    const BackOffLimits limits{.initial = 2s, .maximum = 3s};
    const auto try_again = [&] {
        return world_.loop.run(puller_.ensure(container, recorder, {}, {limits, {}}));
    };
    EXPECT_FALSE(try_again());
    EXPECT_LE(try_again().error().retry_at, world_.loop.clock().now() + 2s);
    world_.loop.run_for(2s);
    EXPECT_EQ(try_again().error().reason, "ErrImagePull");
    EXPECT_EQ(try_again().error().retry_at, world_.loop.clock().now() + 3s);
}

TEST_F(ImagePullerTest, NoMoreImagesAtATimeThanAllowed) {
    ImagePuller one(&world_.runtime, &world_.loop.clock(), 1);
    Gate gate(world_.loop.executor());
    std::vector<std::string> images{"a:1", "b:1"};
    for (const std::string& image : images) {
        world_.images.add({.name = image, .present = false, .pull_takes = 10s});
        api::Container container;
        container.image = image;
        const Recorder recorder(&journal_, {"default", "web", "uid-1"}, "c");
        gate.spawn([](ImagePuller& puller, api::Container of, Recorder by) -> Task<void> {
            const CancelToken never;
            (void)co_await puller.ensure(std::move(of), std::move(by), never);
        }(one, container, recorder));
    }
    world_.loop.run_for(15s);
    EXPECT_EQ(world_.history.count(sim::Kind::image_pulled), 1U);
    world_.loop.run_for(15s);
    EXPECT_EQ(world_.history.count(sim::Kind::image_pulled), 2U);
    EXPECT_THAT(events_.back(), testing::ContainsRegex("in 1[0-9.]+s \\(2[0-9.]+s including waiting\\)"));
    world_.loop.run(gate.close());
}

}  // namespace
}  // namespace hooklet
