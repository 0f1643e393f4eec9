#include "cicada/host/token/token.h"

#include <algorithm>
#include <vector>

#include "cicada/asn1/der.h"
#include "pin.h"
#include "pool.h"

namespace cicada::host::token {

using base::Bytes;
using base::ByteView;
using base::Fault;
using base::Result;

namespace {

constexpr std::size_t kMaxDigest = 64;
constexpr std::size_t kMinDigest = 20;
constexpr std::size_t kMaxDigestInfo = 128;
constexpr std::size_t kMaxMacInput = 2048;
constexpr std::size_t kMaxLabel = 255;
constexpr std::size_t kMaxMacs = 16;
constexpr std::size_t kMacSize = std::tuple_size_v<Mac>;
/// r || s of the largest curve (P-521), and an RSA signature of 8192 bits.
constexpr std::size_t kMaxEcdsa = 132;
constexpr std::size_t kMaxRsa = 1024;

Result<void> check(std::string_view label, ByteView data, std::size_t least, std::size_t most) {
  if (label.empty() || label.size() > kMaxLabel) {
    return base::fail({.fault = Fault::bad_input, .what = "the key's label is empty or too long"});
  }
  if (data.size() < least || data.size() > most) {
    return base::fail({.fault = Fault::bad_input, .what = "the data to sign has a wrong size"});
  }
  return {};
}

/// Of several: the first that is not as it must be speaks for all.
Result<void> check_each(std::string_view label, std::span<const Bytes> all, std::size_t least, std::size_t most) {
  if (all.size() > kMaxSignatures) {
    return base::fail({.fault = Fault::bad_input, .what = "too many signatures in one call"});
  }
  for (const auto& data : all) CICADA_CHECK(check(label, data, least, most));
  return {};
}

std::vector<Result<Bytes>> all_fail(std::size_t count, const base::Error& error) {
  return std::vector<Result<Bytes>>(count, Result<Bytes>{std::unexpected(error)});
}

/// SEQUENCE { r, s } of r || s.
Result<Bytes> der_of(const Bytes& plain) {
  if (plain.empty() || plain.size() % 2 != 0) {
    return base::fail({.what = "the token's signature is no ECDSA signature"});
  }
  const ByteView both{plain};
  const auto half = plain.size() / 2;
  return asn1::encode_tlv(asn1::tags::kSequence,
                          {asn1::encode_unsigned(both.first(half)), asn1::encode_unsigned(both.last(half))});
}

Work signing(std::string_view label, std::span<const Bytes> all, CK_MECHANISM_TYPE mechanism, std::size_t most) {
  return [name = std::string{label}, data = std::vector<Bytes>{all.begin(), all.end()}, mechanism, most](
             Session& session, std::size_t item) {
    return session.sign(name, CKO_PRIVATE_KEY, mechanism, data[item], most);
  };
}

}  // namespace

struct Token::State {
  State(std::shared_ptr<Access> access, unsigned sessions, std::chrono::milliseconds deadline)
      : pool(std::move(access), sessions, deadline) {}
  Pool pool;
};

Token::Token(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Token::~Token() = default;

Result<std::shared_ptr<Token>> Token::open(const TokenSettings& settings) {
  if (settings.sessions == 0 || settings.sessions > kMaxSessions || settings.deadline.count() <= 0) {
    return base::fail({.fault = Fault::bad_input, .what = "sessions or deadline of the token are out of range"});
  }
  CICADA_TRY(auto pin, read_pin(settings));
  CICADA_TRY(auto module, Module::load(settings.module));
  auto access = std::make_shared<Access>(std::move(module), settings.label, std::move(pin));
  auto state = std::make_unique<State>(std::move(access), settings.sessions, settings.deadline);
  CICADA_CHECK(state->pool.run([](Session&, std::size_t) { return Bytes{}; }));
  return std::shared_ptr<Token>{new Token{std::move(state)}};
}

Result<TokenPublic> Token::public_half(std::string_view label) {
  CICADA_CHECK(check(label, {}, 0, 0));
  // The half comes out by its own way; the octets say nothing.
  auto half = std::make_shared<TokenPublic>();
  CICADA_CHECK(state_->pool.run([half, name = std::string{label}](Session& session, std::size_t) -> Result<Bytes> {
    CICADA_TRY(*half, session.public_half(name));
    return Bytes{};
  }));
  return std::move(*half);
}

Result<Bytes> Token::sign_ecdsa(std::string_view label, ByteView digest) {
  const auto data = base::to_bytes(digest);
  return std::move(sign_ecdsa_each(label, {&data, 1}).front());
}

Result<Bytes> Token::sign_rsa(std::string_view label, ByteView digest_info) {
  const auto data = base::to_bytes(digest_info);
  return std::move(sign_rsa_each(label, {&data, 1}).front());
}

std::vector<Result<Bytes>> Token::sign_ecdsa_each(std::string_view label, std::span<const Bytes> digests) {
  if (const auto good = check_each(label, digests, kMinDigest, kMaxDigest); !good) {
    return all_fail(digests.size(), good.error());
  }
  auto answers = state_->pool.run_each(digests.size(), signing(label, digests, CKM_ECDSA, kMaxEcdsa));
  for (auto& answer : answers) {
    if (answer) answer = der_of(*answer);
  }
  return answers;
}

std::vector<Result<Bytes>> Token::sign_rsa_each(std::string_view label, std::span<const Bytes> digest_infos) {
  if (const auto good = check_each(label, digest_infos, 1, kMaxDigestInfo); !good) {
    return all_fail(digest_infos.size(), good.error());
  }
  return state_->pool.run_each(digest_infos.size(), signing(label, digest_infos, CKM_RSA_PKCS, kMaxRsa));
}

Result<Mac> Token::cmac(std::string_view label, ByteView data) {
  const auto input = base::to_bytes(data);
  CICADA_TRY(const auto octets, cmacs(label, {&input, 1}));  // a derived key
  Mac mac{};
  std::ranges::copy(octets.expose(), mac.begin());
  return mac;
}

Result<base::SecretBytes> Token::cmacs(std::string_view label, std::span<const Bytes> inputs) {
  if (inputs.empty() || inputs.size() > kMaxMacs) {
    return base::fail({.fault = Fault::bad_input, .what = "too many CMACs in one call, or none"});
  }
  for (const auto& input : inputs) CICADA_CHECK(check(label, input, 0, kMaxMacInput));
  CICADA_TRY(auto octets,
             state_->pool.run([name = std::string{label}, all = std::vector<Bytes>{inputs.begin(), inputs.end()}](
                                  Session& session, std::size_t) -> Result<Bytes> {
               Bytes macs;
               macs.reserve(all.size() * kMacSize);  // no reallocation: it would leave a copy of derived keys behind
               for (const auto& input : all) {
                 CICADA_TRY(auto mac, session.sign(name, CKO_SECRET_KEY, CKM_AES_CMAC, input, kMacSize));
                 const base::Wiper wiper{mac};
                 if (mac.size() != kMacSize) return base::fail({.what = "the token's CMAC is too short"});
                 base::append(macs, mac);
               }
               return macs;
             }));
  return base::SecretBytes{std::move(octets)};
}

}  // namespace cicada::host::token
