// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_clock.hpp"
#include "adapters/containerd/containerd.hpp"
#include "adapters/containerd/image_import.hpp"
#include "adapters/cri/cri_runtime.hpp"
#include "support/run_task.hpp"
#include "support/scratch_folder.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hooklet::testing {

/// What the machine has that an engine could leave behind: mounts, links, namespaces, cgroups, iptables
/// rules and chains but the kernel's own, which come with the first rule.
std::set<std::string> machine_state();

/// A private containerd under a folder of its own, with the tests' image, ended after each test.
class EngineTest : public ::testing::Test {
  protected:
    void SetUp() override;
    void TearDown() override;

    template <class T>
    T run(Task<T> task) {
        return hooklet::run(loop, std::move(task));
    }

    [[nodiscard]] Call within(Duration limit) const { return clock.call_within(limit); }
    [[nodiscard]] Call soon() const;

    cri::PodSandboxConfig sandbox_config(std::string name) const;
    cri::ContainerConfig container_config(std::string name, std::vector<std::string> command) const;
    /// A sandbox with one started container.
    std::string start_container(std::vector<std::string> command);
    /// The `stopped` event of a container; runs the loop until it is there.
    cri::ContainerEvent exit_of(const std::string& id);
    /// How many exits of containers were seen so far without the engine's record; engines with events of
    /// their own add those.
    [[nodiscard]] std::ptrdiff_t exits_noticed() const;
    void make_engine();
    void end_engine();

    asio::io_context loop;
    AsioClock clock{loop.get_executor()};
    ScratchFolder folder;
    std::string root = folder.path();
    std::set<std::string> before;
    std::unique_ptr<Containerd> engine;
    std::unique_ptr<cri::CriRuntime> runtime;
    std::vector<cri::ContainerEvent> events;
    std::string sandbox;
    cri::NamespaceMode pid_namespace = cri::NamespaceMode::container;  ///< Of all that starts from now on.
};

}  // namespace hooklet::testing
