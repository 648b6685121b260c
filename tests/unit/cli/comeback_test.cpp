// SPDX-License-Identifier: Apache-2.0
// Commands that show what comes go on across a restart of the agent.
#include "cli/log_lines.hpp"
#include "unit/cli/api_verbs.hpp"

#include <gmock/gmock.h>

namespace hooklet::cli {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// The next agent's API on the same storage.
struct NextApi {
    NextApi(ObjectStorage* storage, sim::SimWorld* world, const SimEnvironment& env)
        : objects(storage, &world->loop.clock(), world->loop.executor(),
                  {.fields_of = server::fields_of_kinds()}),
          services{&objects, &world->loop.clock(), &world->random, nullptr, nullptr, nullptr},
          server({services, env.yaml_parser(), nullptr, nullptr}, {}) {}
    store::ObjectStore objects;
    server::Services services;
    server::ApiServer server;
};

class RestartedApi : public ApiVerbs {
  protected:
    ~RestartedApi() override {
        world_.loop.run(script_.close());
        world_.loop.run(client_.close());
        world_.loop.run(direct_.close());
        if (next_) world_.loop.run(next_->objects.stop());
    }

    Task<void> pause(Duration length) {
        (void)co_await sleep_until(&world_.loop.clock(), world_.loop.clock().call_within(length));
    }
    /// Of a client that nothing is hidden from.
    Task<void> send(std::string method, std::string path, std::string body) {
        HttpClientRequest request{.method = std::move(method),
                                  .target = "/api/v1/namespaces/default/" + path};
        request.headers.push_back({"Content-Type", "application/json"});
        request.body = std::move(body);
        const Call call = world_.loop.clock().call_within(10s);
        const auto answer = co_await direct_.send(std::move(request), call);
        EXPECT_TRUE(answer && (*answer)->status() < 300) << path;
    }
    /// At 5 s the agent is gone; before the next is there at 10 s, what is stored has changed.
    Task<void> restart() {
        co_await pause(5s);
        client_.lose_server();
        co_await send("DELETE", "pods/web", "");
        co_await send("POST", "pods", manifest("b", "nginx:1"));
        co_await pause(5s);
        next_.emplace(&storage_, &world_, env_);
        const Status loaded = co_await next_->objects.load();
        EXPECT_TRUE(loaded);
        client_.serve(&next_->server);
        direct_.serve(&next_->server);
        co_await pause(5s);
        co_await send("POST", "pods", manifest("c", "nginx:1"));
    }
    Task<void> lose() {
        co_await pause(5s);
        client_.lose_server();
    }

    HandlerClient direct_{&server_, world_.loop.executor(), &world_.loop.clock()};
    std::optional<NextApi> next_;
    Gate script_{world_.loop.executor()};
};

TEST_F(RestartedApi, WaitGoesOn) {
    run({"apply", "-f", "web.yaml"});
    script_.spawn(restart());
    EXPECT_EQ(shown({"wait", "pod/web", "--for", "delete", "--timeout", "30s"}), "pod/web condition met\n");
    EXPECT_EQ(shown({"wait", "pod/c", "--for", "create", "--timeout", "30s"}), "pod/c condition met\n");
}

TEST_F(RestartedApi, WaitEndsAtItsTimeout) {
    run({"apply", "-f", "web.yaml"});
    script_.spawn(lose());
    const auto begin = world_.loop.clock().now();
    EXPECT_EQ(shown({"wait", "pod/web", "--for", "delete", "--timeout", "3m"}),
              "error: timed out waiting for the condition on pods/web\n[1]");
    EXPECT_EQ(world_.loop.clock().now() - begin, 3min);
}

TEST_F(RestartedApi, AWatchTellsWhatIsDifferentOnce) {
    env_.files["a.yaml"] = manifest("a", "nginx:1");
    run({"apply", "-f", "a.yaml", "-f", "web.yaml"});
    script_.spawn(restart());
    env_.interrupt_after(30s);
    EXPECT_EQ(run({"get", "pods", "-w", "--output-watch-events", "--no-headers", "-o",
                   "custom-columns=E:.type,N:.object.metadata.name"}),
              exit_interrupted);
    EXPECT_EQ(env_.output, "ADDED   a\nADDED   web\nDELETED   web\nADDED     b\nADDED     c\n");
    EXPECT_EQ(env_.errors, "hooklet: no answer; trying again for a minute\n");
}

TEST_F(RestartedApi, ATableToo) {
    run({"apply", "-f", "web.yaml"});
    script_.spawn(restart());
    env_.interrupt_after(30s);
    run({"get", "pods", "--watch-only"});
    EXPECT_THAT(env_.output, StartsWith("NAME   READY   STATUS    RESTARTS   AGE\nweb    0/1 "));
    EXPECT_THAT(env_.output, HasSubstr("\nb      0/1 "));
    EXPECT_THAT(env_.output, HasSubstr("\nc      0/1 "));
}

TEST_F(RestartedApi, EventsToo) {
    const auto event = [](const char* name) {
        return fmt::format(
            R"({{"apiVersion":"v1","kind":"Event","metadata":{{"name":"{0}","namespace":"default"}},
            "involvedObject":{{"kind":"Pod","namespace":"default","name":"web"}},"reason":"{0}"}})",
            name);
    };
    env_.files["e.yaml"] = event("first");
    run({"apply", "-f", "web.yaml", "-f", "e.yaml"});
    script_.spawn(restart());
    env_.interrupt_after(30s);
    run({"events", "-w", "-o", "name"});
    EXPECT_EQ(env_.output, "event/first\n");
}

TEST_F(RestartedApi, AnAgentThatDoesNotComeBackIsGivenUp) {
    script_.spawn(lose());
    const auto begin = world_.loop.clock().now();
    EXPECT_EQ(run({"get", "pods", "-w"}), exit_failed);
    EXPECT_THAT(env_.errors, HasSubstr("hooklet: no agent is running here"));
    EXPECT_EQ(world_.loop.clock().now() - begin, 65s);
}

TEST_F(ApiVerbs, WatchesShowWhatCameOfEachObject) {
    run({"apply", "-f", "web.yaml"});
    env_.interrupt_after(1s);
    run({"get", "pods", "-w", "--output-watch-events"});
    EXPECT_THAT(env_.output, StartsWith("EVENT      NAME   READY   STATUS    RESTARTS   AGE\n"
                                        "ADDED      web    0/1 "));
    env_.interrupt_after(1s);
    run({"get", "pods", "-w", "--output-watch-events", "-o", "json"});
    EXPECT_THAT(env_.output, StartsWith(R"({"type":"ADDED","object":{"apiVersion":"v1","kind":"Pod",)"));
    EXPECT_EQ(shown({"get", "pods", "--output-watch-events"}),
              "error: --output-watch-events option can only be used with --watch or --watch-only\n[1]");
}

/// Answers requests for logs itself: the first one breaks off, the second ends.
class BrokenLog final : public HttpHandler {
  public:
    BrokenLog(HttpHandler* others, Clock* clock) : others_(others), clock_(clock) {}
    Task<void> handle(HttpExchange* exchange) override {
        const std::string target = exchange->request().target;
        if (!target.contains("/log?")) co_return co_await others_->handle(exchange);
        asked.push_back(target);
        HttpReply head;
        (void)co_await exchange->begin(head);
        const bool first = asked.size() == 1;
        std::string text = first ? "2026-01-01T00:00:01.5Z a\n2026-01-01T00:00:02Z b\n"
                                   "2026-01-01T00:00:02Z b\n2026-01-01T00:00:03Z hal"
                                 : "2026-01-01T00:00:02Z b\n2026-01-01T00:00:02Z b\n"
                                   "2026-01-01T00:00:02Z c\n2026-01-01T00:00:03Z half\nno time\n";
        (void)co_await exchange->write(std::move(text));
        const Call until_lost(MonotonicTime::max(), exchange->gone());
        if (first) (void)co_await sleep_until(clock_, until_lost);
        if (!first) (void)co_await exchange->finish();
    }
    std::vector<std::string> asked;

  private:
    HttpHandler* others_;
    Clock* clock_;
};

TEST_F(ApiVerbs, AFollowedLogGoesOnWhereItWas) {
    BrokenLog log(&server_, &world_.loop.clock());
    run({"apply", "-f", "web.yaml"});
    client_.serve(&log);
    const Timer lost = world_.loop.clock().after(5s, [this] { client_.lose_server(); });
    const Timer back = world_.loop.clock().after(8s, [this, &log] { client_.serve(&log); });
    EXPECT_EQ(run({"logs", "web", "-f", "--tail", "3", "--prefix"}), exit_ok);
    std::string expected;
    for (const char* line : {"a", "b", "b", "c", "half", "no time"})
        expected += fmt::format("[pod/web/c] {}\n", line);
    EXPECT_EQ(env_.output, expected);
    const std::string path =
        "/api/v1/namespaces/default/pods/web/log?container=c&follow=true&timestamps=true";
    EXPECT_THAT(log.asked,
                ElementsAre(path + "&tailLines=3", path + "&sinceTime=2026-01-01T00%3A00%3A02.000000000Z"));
    world_.loop.run(client_.close());
}

TEST_F(ApiVerbs, ALogThatIsNotFollowedDoesNot) {
    BrokenLog log(&server_, &world_.loop.clock());
    run({"apply", "-f", "web.yaml"});
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{}, {"-f", "--limit-bytes", "100"}}) {
        log.asked.clear();
        client_.serve(&log);
        const Timer lost = world_.loop.clock().after(5s, [this] { client_.lose_server(); });
        std::vector<std::string> args{"logs", "web"};
        args.insert(args.end(), options.begin(), options.end());
        EXPECT_EQ(run(args), exit_failed);
        EXPECT_THAT(env_.output, StartsWith("2026-01-01T00:00:01.5Z a\n"));
        EXPECT_THAT(log.asked, ElementsAre(Not(HasSubstr("timestamps"))));
    }
    world_.loop.run(client_.close());
}

TEST(LogLines, TimesAreShownToThoseWhoAskForThem) {
    LogLinesForm form;
    form.timed = true;
    form.shows_times = true;
    LogLines lines(form);
    EXPECT_EQ(lines.since(), "");
    EXPECT_EQ(lines.take("2026-01-01T00:00:01Z a\n2026-01"), "2026-01-01T00:00:01Z a\n");
    EXPECT_EQ(lines.since(), "2026-01-01T00:00:01.000000000Z");
    EXPECT_EQ(lines.take("-01T00:00:02Z b"), "");
    EXPECT_EQ(lines.end(), "2026-01-01T00:00:02Z b");
    EXPECT_EQ(lines.end(), "");
}

TEST(LogLines, AClockThatWasSetBackHidesNothing) {
    LogLinesForm form;
    form.timed = true;
    LogLines lines(form);
    lines.again();
    EXPECT_EQ(lines.take("2026-01-01T00:00:05Z a\n2026-01-01T00:00:01Z b\n"), "a\nb\n");
    lines.again();
    EXPECT_EQ(lines.since(), "2026-01-01T00:00:01.000000000Z");
    EXPECT_EQ(lines.take("2026-01-01T00:00:01Z b\n2026-01-01T00:00:02Z c\n2026-01-01T00:00:01Z d\n"),
              "c\nd\n");
}

}  // namespace
}  // namespace hooklet::cli
