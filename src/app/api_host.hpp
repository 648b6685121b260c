// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/beast/beast_http_server.hpp"
#include "adapters/openssl/openssl_certificates.hpp"
#include "adapters/openssl/openssl_token_signer.hpp"
#include "adapters/sqlite/sqlite_objects.hpp"
#include "app/paths.hpp"
#include "base/gate.hpp"
#include "identity/authentication.hpp"
#include "identity/certificate_store.hpp"
#include "server/api_server.hpp"
#include "server/bound_objects.hpp"
#include "server/cluster_admission.hpp"
#include "server/components.hpp"
#include "server/hook_runs.hpp"
#include "server/local_api.hpp"
#include "server/metrics.hpp"
#include "server/stored_roles.hpp"
#include "store/object_store.hpp"

#include <memory>
#include <optional>
#include <string>

namespace hooklet::app {

/// What the API of one agent is told about itself.
struct ApiHostOptions {
    std::string address;     ///< Where it listens: an address without port.
    std::uint16_t port = 0;  ///< 0: any.
    std::string node_name;
    std::string kubeconfig;  ///< Where the administrator's is written.
    api::DocumentParser yaml;
    std::function<void(const std::string&)> tell;  ///< A line for the agent's log.
};

/// The API of an agent: its objects on disk, its rules, and the server in front of them. Parts are members in
/// the order in which they are made; they end in the reverse order.
class ApiHost {
  public:
    /// All outlive it. `files` holds `state`.
    struct Ports {
        Executor executor;
        Clock* clock = nullptr;
        Random* random = nullptr;
        FileSystem* files = nullptr;
        std::string state;
        std::string run;
        JournalStore* journal = nullptr;
    };
    ApiHost(Ports ports, ApiHostOptions options);

    /// Opens the objects. After this the API is there for this process. When it fails, close() ends what
    /// there is.
    Task<Status> open();
    /// When open() found that objects are lost: makes those of the Pods that are still there again. After
    /// the bootstrap.
    Task<Status> rebuild(std::string pods_directory, Call call);
    /// Serves it to others: on the Unix socket and over TLS; writes the kubeconfig. Certificates are renewed
    /// while it does.
    Status listen(server::PodStreams* streams);
    /// No more of that; what is under way may end until the call does.
    Task<void> stop_serving(Call call);
    /// After everything that uses api() has ended.
    Task<void> close();

    Api* api() { return &*local_; }
    /// For the journal: a hook attempt has begun or has ended. After open().
    void changed(const HookAttempt& attempt) { hook_runs_->changed(attempt); }
    /// Who says what is used, once the node is there; until stop_serving() has returned. After open().
    void measure_with(UsageMeter* meter) { metrics_->use(meter); }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Signs the tokens of service accounts. After open().
    [[nodiscard]] const TokenSigner* signer() const { return signer_.get(); }
    /// PEM of who signs the server's certificate.
    [[nodiscard]] const std::string& authority() const { return authority_.certificate; }

  private:
    /// In what state open() found the objects on disk.
    struct StorageFound {
        bool lacks_changes = false;  ///< The log of changes was damaged or gone.
        bool was_damaged = false;    ///< Set aside; these are new ones.
        bool is_new = false;         ///< Nothing was ever stored here.
    };

    Status open_keys();
    Status open_storage(const std::string& path);
    /// Takes the server's certificate and the administrator's, new where they are no longer worth keeping.
    Status use_certificates();
    Task<void> keep_certificates_fresh();
    Status write_kubeconfig();
    [[nodiscard]] server::Services services();

    Ports ports_;
    ApiHostOptions options_;
    OpensslCertificates certificates_;
    identity::CertificateStore keys_;
    KeyPair authority_;
    std::unique_ptr<SqliteObjects> storage_;  // its thread works until stop()
    std::optional<store::ObjectStore> objects_;
    std::optional<server::HookRuns> hook_runs_;
    std::optional<server::Metrics> metrics_;
    std::optional<server::Components> components_;
    std::unique_ptr<OpensslTokenSigner> signer_;
    std::optional<server::LocalApi> reader_;  // for the rules, which ask no rules themselves
    std::optional<admission::Admission> rules_;
    std::optional<admission::QuotaGuard> quotas_;
    std::optional<server::ClusterAdmission> admission_;
    std::optional<server::LocalApi> local_;
    std::optional<server::StoredBoundObjects> bound_;
    std::optional<server::StoredRoles> roles_;
    std::optional<identity::Authenticator> authenticator_;
    std::optional<server::ApiServer> server_;
    std::optional<BeastHttpServer> http_;
    CancelSource stopping_;
    Gate renewal_;
    std::uint16_t port_ = 0;
    StorageFound found_;
};

}  // namespace hooklet::app
