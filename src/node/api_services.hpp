// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "informer/reflector.hpp"
#include "node/api_ports.hpp"
#include "pods/service_environment.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace hooklet {

/// The Service as environments tell of it.
ServiceAddress service_address(const api::Node& service);

/// All Services of the API, of which containers are told.
class ApiServices final : Reflector::Sink {
  public:
    explicit ApiServices(const ApiPorts& ports);

    void start() { reflector_.start(); }
    Task<void> stop() { return reflector_.stop(); }

    /// Fails with Code::unavailable, and the kubelet's text, as long as they have never been read.
    [[nodiscard]] Result<std::vector<ServiceAddress>> all() const;

  private:
    void replace(std::vector<api::Node> services) override;
    void put(api::Node service) override;
    void erase(api::Node service) override;

    Reflector reflector_;
    bool read_ = false;
    std::map<std::pair<std::string, std::string>, ServiceAddress> services_;  // by namespace and name
};

}  // namespace hooklet
