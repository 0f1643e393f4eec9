#include "cicada/host/auth/active.h"

#include <fmt/format.h>

#include <algorithm>

#include "chip_files.h"
#include "cicada/asn1/oids.h"
#include "cicada/host/auth/deviation.h"
#include "cicada/host/pki/public_key.h"
#include "message_recovery.h"

namespace cicada::host::auth {

using base::ByteView;
using base::Fault;
using base::Result;
using crypto::openssl::HashAlgorithm;
using pki::PublicKey;
namespace oids = asn1::oids;

namespace {

constexpr auto kClause = "9303-11 §6.1.2";
constexpr std::uint8_t kInternalAuthenticate = 0x88;

/// Octets of the signature that the key of DG15 makes; for ECDSA in DER, what is usual is a few octets more.
Result<std::size_t> signature_size(ByteView ef_dg15) {
  CICADA_TRY(const auto info, key_of_dg15(ef_dg15));
  if (info.algorithm.oid == oids::kEcPublicKey) return info.key.size();  // 04 || x || y: as long as r || s, and one
  CICADA_TRY(const auto numbers, asn1::parse_rsa_public_key(info));
  return numbers.modulus.size();
}

template <typename Session>
Result<base::Bytes> exchange(Session& session, ByteView rnd_ifd, std::size_t wanted, std::size_t most_in_short) {
  iso7816::CommandApdu command{.ins = kInternalAuthenticate, .data = base::to_bytes(rnd_ifd)};
  command.extended = wanted > most_in_short;
  command.ne = static_cast<std::uint32_t>(command.extended ? iso7816::kMaxNe : iso7816::kMaxShortNe);
  CICADA_TRY(auto response, session.transmit(command));
  if (!response.ok()) {
    return base::fail({.fault = Fault::card_status,
                       .what = "the chip refuses active authentication",
                       .clause = kClause,
                       .sw = response.sw});
  }
  return std::move(response.data);
}

template <typename Session>
ActiveEvidence run(Session& session, ByteView ef_dg15, base::Rng& rng, std::size_t most_in_short) {
  ActiveEvidence evidence;
  const auto attempt = [&]() -> Result<base::Bytes> {
    CICADA_TRY(const auto wanted, signature_size(ef_dg15));
    CICADA_CHECK(rng.fill(evidence.rnd_ifd));
    return exchange(session, evidence.rnd_ifd, wanted, most_in_short);
  };
  if (auto response = attempt()) {
    evidence.response = *std::move(response);
  } else {
    evidence.error = response.error();
  }
  return evidence;
}

void note(std::vector<std::string>& deviations, std::string_view name) {
  if (std::ranges::find(deviations, name) == deviations.end()) deviations.emplace_back(name);
}

struct PlainAlgorithm {
  asn1::Oid oid;
  HashAlgorithm hash;
};
/// ecdsa-plain-signatures. RIPEMD-160 is among them and forbidden here (9303-11 §6.1.2.3).
constexpr std::array kPlainAlgorithms = {
    PlainAlgorithm{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.1"), HashAlgorithm::sha1},
    PlainAlgorithm{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.2"), HashAlgorithm::sha224},
    PlainAlgorithm{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.3"), HashAlgorithm::sha256},
    PlainAlgorithm{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.4"), HashAlgorithm::sha384},
    PlainAlgorithm{asn1::Oid::of("0.4.0.127.0.7.1.1.4.1.5"), HashAlgorithm::sha512},
};

/// The hash that DG14 names; nothing when it names none.
Result<std::optional<HashAlgorithm>> named_hash(const std::optional<ByteView>& ef_dg14) {
  if (!ef_dg14) return std::nullopt;
  CICADA_TRY(const auto infos, infos_of_dg14(*ef_dg14));
  const auto found = infos.all<asn1::ActiveAuthenticationInfo>();
  if (found.empty()) return std::nullopt;
  const auto* const algorithm =
      std::ranges::find(kPlainAlgorithms, found.front().info->signature_algorithm, &PlainAlgorithm::oid);
  if (algorithm == kPlainAlgorithms.end()) {
    return base::fail({.fault = Fault::unsupported,
                       .what = "DG14 names a signature algorithm that active authentication does not have",
                       .clause = "9303-11 §9.2.7"});
  }
  return algorithm->hash;
}

/// Hashes to try, the likeliest first. With none named, those that are not longer than the key.
std::vector<HashAlgorithm> hashes_to_try(std::optional<HashAlgorithm> named, std::size_t key_size) {
  if (named) return {*named};
  std::vector<HashAlgorithm> hashes;
  for (const auto hash : {HashAlgorithm::sha512, HashAlgorithm::sha384, HashAlgorithm::sha256, HashAlgorithm::sha224,
                          HashAlgorithm::sha1}) {
    if (crypto::openssl::hash_size(hash) <= key_size) hashes.push_back(hash);
  }
  return hashes;
}

/// Plain first, then DER. Whether it was DER.
Result<bool> verify_either(const crypto::openssl::EcPublicKey& key, ByteView digest, ByteView signature) {
  if (signature.size() == 2 * crypto::openssl::order_size(key.curve()) && key.verify_plain(digest, signature)) {
    return false;
  }
  if (const auto der = key.verify_der(digest, signature); !der) return std::unexpected{der.error()};
  return true;
}

Result<HashAlgorithm> verify_ecdsa(const crypto::openssl::EcPublicKey& key, std::optional<HashAlgorithm> named,
                                   ByteView rnd_ifd, ByteView response, std::vector<std::string>& deviations) {
  const auto key_size = crypto::openssl::order_size(key.curve());
  for (const auto hash : hashes_to_try(named, key_size)) {
    CICADA_TRY(const auto digest, crypto::openssl::hash(hash, rnd_ifd));
    const auto in_der = verify_either(key, digest, response);
    if (!in_der) continue;
    if (*in_der) note(deviations, deviation::kEcdsaInDer);
    if (!named) note(deviations, deviation::kActiveAlgorithmNotNamed);
    if (hash == HashAlgorithm::sha1) note(deviations, deviation::kSha1);
    if (crypto::openssl::hash_size(hash) > key_size) note(deviations, deviation::kHashLongerThanKey);
    return hash;
  }
  if (response.size() != 2 * key_size && (response.empty() || response.front() != 0x30)) {
    return base::fail({.fault = Fault::malformed,
                       .what = "the signature is neither r || s of this curve nor DER",
                       .clause = "9303-11 §6.1.2.3",
                       .at = response.size()});
  }
  return base::fail({.fault = Fault::security,
                     .what = "the signature is not one over this challenge by the key of DG15",
                     .clause = "9303-11 §6.1.2.3"});
}

}  // namespace

ActiveEvidence run_active_authentication(access::SecureSession& session, ByteView ef_dg15, base::Rng& rng) {
  return run(session, ef_dg15, rng, session.codec().max_response_data(iso7816::kMaxShortNe));
}

ActiveEvidence run_active_authentication(access::PlainSession& session, ByteView ef_dg15, base::Rng& rng) {
  return run(session, ef_dg15, rng, iso7816::kMaxShortNe);
}

Result<ActiveProof> verify_active_authentication(ByteView ef_dg15, std::optional<ByteView> ef_dg14, ByteView rnd_ifd,
                                                 ByteView response) {
  if (rnd_ifd.size() != kActiveChallengeSize) {
    return base::fail({.fault = Fault::bad_input, .what = "the challenge has not 8 octets", .clause = kClause});
  }
  CICADA_TRY(const auto info, key_of_dg15(ef_dg15));
  CICADA_TRY(const auto key, PublicKey::create(info));
  ActiveProof proof;
  if (key.is_weak()) note(proof.deviations, deviation::kWeakKey);
  HashAlgorithm hash{};
  if (const auto* const rsa = key.rsa()) {
    CICADA_TRY(const auto numbers, asn1::parse_rsa_public_key(info));
    CICADA_TRY(const auto recovered, verify_recovery(*rsa, numbers.modulus, rnd_ifd, response));
    for (const auto& name : recovered.deviations) note(proof.deviations, name);
    hash = recovered.hash;
  } else {
    CICADA_TRY(const auto named, named_hash(ef_dg14));
    CICADA_TRY(hash, verify_ecdsa(*key.ec(), named, rnd_ifd, response, proof.deviations));
  }
  proof.what = fmt::format("{}, {}", key.describe(), pki::name_of(hash));
  return proof;
}

}  // namespace cicada::host::auth
