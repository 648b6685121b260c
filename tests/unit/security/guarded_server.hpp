// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/openssl/openssl_certificates.hpp"
#include "adapters/openssl/openssl_token_signer.hpp"
#include "server/api_server.hpp"
#include "server/bound_objects.hpp"
#include "server/local_api.hpp"
#include "server_bench.hpp"
#include "support/sim_random.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hooklet {

/// Keeps nothing: what is told to be on the disk lives in the store above it.
class Forgetful final : public ObjectStorage {
  public:
    Task<Result<StoredObjects>> load() override { co_return StoredObjects{}; }
    Task<Result<Revision>> revision() override { co_return revision_; }
    Task<Status> write(std::vector<ObjectChange> changes) override {
        revision_ = changes.back().revision;
        co_return Status{};
    }

  private:
    Revision revision_ = revision_of_nothing;
};

/// An API server with a Secret and a Pod, behind TLS on a port of its own, as an agent has it.
class GuardedServer {
  public:
    explicit GuardedServer(HttpServerOptions options = ServerBench::patient());
    ~GuardedServer();

    /// What the objects hold that nobody without rights may see.
    static constexpr std::string_view secret = "xyzzy";

    KeyPair issue(CertificateSpec spec, const KeyPair& by);
    /// Of somebody with these groups, from an authority; valid now.
    KeyPair client_certificate(std::string user, std::vector<std::string> groups, const KeyPair& by);
    KeyPair client_certificate(std::string user, std::vector<std::string> groups) {
        return client_certificate(std::move(user), std::move(groups), authority);
    }
    KeyPair administrator() { return client_certificate("admin", {"system:masters"}); }

    /// What comes until the server ends the connection, for bytes sent by whoever has that certificate.
    std::string answer_to(const std::string& bytes, std::optional<KeyPair> certificate = std::nullopt);
    /// The status line's number and the Status' message: `403 pods is forbidden: ...`.
    std::string verdict(const std::string& line, const std::string& headers = "",
                        std::optional<KeyPair> certificate = std::nullopt);

    asio::io_context loop;
    ManualClock clock{loop.get_executor()};
    OpensslCertificates certificates;
    KeyPair authority;
    std::uint16_t port = 0;

  private:
    void fill();

    Forgetful storage_;
    sim::SimRandom random_{1};
    store::ObjectStore objects_{
        &storage_, &clock, loop.get_executor(), {.fields_of = server::fields_of_kinds()}};
    std::unique_ptr<OpensslTokenSigner> signer_;
    server::StoredBoundObjects bound_{&objects_};
    server::Services services_{&objects_, &clock, &random_};
    std::optional<identity::Authenticator> authenticator_;
    std::optional<server::ApiServer> api_;
    std::optional<BeastHttpServer> http_;
};

}  // namespace hooklet
