// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/asio/asio_clock.hpp"
#include "adapters/beast/beast_http_server.hpp"
#include "adapters/posix/posix_random.hpp"
#include "adapters/sqlite/sqlite_objects.hpp"
#include "admission/admission.hpp"
#include "server/api_server.hpp"
#include "server/cluster_admission.hpp"
#include "server/local_api.hpp"
#include "store/object_store.hpp"

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

namespace hooklet::bench {

/// The API server of an agent on a Unix socket: store, rules, verbs and HTTP on a thread of their own, SQLite
/// on another, as in `hooklet agent`. There are no controllers and no node.
class ApiMachine {
  public:
    /// Serves when it returns. Throws when that is not possible.
    explicit ApiMachine(const std::string& folder);
    ApiMachine(const ApiMachine&) = delete;
    ApiMachine& operator=(const ApiMachine&) = delete;
    ~ApiMachine();

    [[nodiscard]] const std::string& socket() const { return socket_; }

  private:
    Task<Status> open();
    Task<void> serve();
    Task<void> close();

    std::string folder_;
    std::string socket_;
    asio::io_context loop_{1};
    AsioClock clock_{loop_.get_executor()};
    PosixRandom random_;
    std::unique_ptr<SqliteObjects> storage_;
    std::optional<store::ObjectStore> objects_;
    std::optional<server::LocalApi> reader_;
    std::optional<admission::Admission> rules_;
    std::optional<admission::QuotaGuard> quotas_;
    std::optional<server::ClusterAdmission> admission_;
    std::optional<server::ApiServer> server_;
    std::optional<BeastHttpServer> http_;
    std::promise<Status> opened_;
    std::thread thread_;
};

}  // namespace hooklet::bench
