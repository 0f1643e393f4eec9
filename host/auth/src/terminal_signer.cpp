// Signatures of a terminal whose key is in memory (9303-11 §7.1.6).
#include <algorithm>
#include <array>
#include <utility>

#include "cicada/host/auth/terminal.h"

namespace cicada::host::auth {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::HashAlgorithm;
using crypto::openssl::PrivateKey;

namespace {

enum class Scheme : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa };

struct Algorithm {
  asn1::Oid oid;
  Scheme scheme;
  HashAlgorithm hash;
};
/// Below id-TA-RSA and id-TA-ECDSA.
constexpr std::array kAlgorithms = {
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.1"), Scheme::rsa_pkcs1, HashAlgorithm::sha1},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.2"), Scheme::rsa_pkcs1, HashAlgorithm::sha256},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.3"), Scheme::rsa_pss, HashAlgorithm::sha1},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.4"), Scheme::rsa_pss, HashAlgorithm::sha256},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.5"), Scheme::rsa_pkcs1, HashAlgorithm::sha512},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.1.6"), Scheme::rsa_pss, HashAlgorithm::sha512},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.2.1"), Scheme::ecdsa, HashAlgorithm::sha1},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.2.2"), Scheme::ecdsa, HashAlgorithm::sha224},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.2.3"), Scheme::ecdsa, HashAlgorithm::sha256},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.2.4"), Scheme::ecdsa, HashAlgorithm::sha384},
    Algorithm{asn1::Oid::of("0.4.0.127.0.7.2.2.2.2.5"), Scheme::ecdsa, HashAlgorithm::sha512},
};

class SignerInMemory final : public TerminalSigner {
 public:
  SignerInMemory(PrivateKey key, const Algorithm& algorithm) : key_(std::move(key)), algorithm_(algorithm) {}

  Result<Bytes> sign(ByteView message) override {
    const auto hash = algorithm_.hash;
    CICADA_TRY(const auto digest, crypto::openssl::hash(hash, message));
    switch (algorithm_.scheme) {
      case Scheme::ecdsa: return key_.ec()->sign_plain(digest);
      case Scheme::rsa_pkcs1: return key_.rsa()->sign_pkcs1(hash, digest);
      case Scheme::rsa_pss: break;
    }
    const auto salt = static_cast<std::uint32_t>(crypto::openssl::hash_size(hash));
    return key_.rsa()->sign_pss({.hash = hash, .mgf_hash = hash, .salt_length = salt}, digest);
  }

 private:
  PrivateKey key_;
  const Algorithm& algorithm_;  ///< an entry of kAlgorithms
};

}  // namespace

Result<std::unique_ptr<TerminalSigner>> make_terminal_signer(PrivateKey key, const asn1::Oid& algorithm) {
  const auto* const known = std::ranges::find(kAlgorithms, algorithm, &Algorithm::oid);
  if (known == kAlgorithms.end()) {
    return base::fail({.fault = Fault::unsupported,
                       .what = "this is no signature algorithm of terminal authentication",
                       .clause = "9303-11 §7.1.6"});
  }
  if ((known->scheme == Scheme::ecdsa) != (key.ec() != nullptr)) {
    return base::fail({.fault = Fault::bad_input,
                       .what = "the terminal's key is of another kind than its certificate says",
                       .clause = "9303-11 §7.1.6"});
  }
  return std::make_unique<SignerInMemory>(std::move(key), *known);
}

}  // namespace cicada::host::auth
