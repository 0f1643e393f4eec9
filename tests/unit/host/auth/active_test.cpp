#include "cicada/host/auth/active.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/security_infos.h"
#include "cicada/crypto/openssl/ec.h"
#include "cicada/host/lds/dg14.h"
#include "cicada/host/lds/dg15.h"
#include "fake_chip.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::crypto::openssl;
using namespace cicada::host::auth;
using namespace cicada::test;

namespace {

constexpr std::array kCurves = {Curve::p192,
                                Curve::brainpool_p192r1,
                                Curve::p224,
                                Curve::brainpool_p224r1,
                                Curve::p256,
                                Curve::brainpool_p256r1,
                                Curve::brainpool_p320r1,
                                Curve::p384,
                                Curve::brainpool_p384r1,
                                Curve::brainpool_p512r1,
                                Curve::p521};
constexpr std::array kHashes = {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256,
                                HashAlgorithm::sha384, HashAlgorithm::sha512};

Bytes dg15_of(const EcPrivateKey& key) {
  const auto& known = curve_parameters(key.curve());
  const asn1::EcDomainParameters domain{.p = known.p,
                                        .a = known.a,
                                        .b = known.b,
                                        .generator = known.generator,
                                        .order = known.order,
                                        .cofactor = known.cofactor};
  return host::lds::build_dg15(asn1::encode_ec_public_key_info(domain, key.public_point())).value();
}

/// A DG14 that names the algorithm with this last arc.
Bytes dg14_naming(unsigned leaf) {
  const auto oid = asn1::Oid::from_dotted("0.4.0.127.0.7.1.1.4.1." + std::to_string(leaf)).value();
  const std::array entries = {asn1::make_security_info(asn1::Oid::of("2.23.136.1.1.5"),
                                                       asn1::ActiveAuthenticationInfo{.signature_algorithm = oid})};
  return host::lds::build_dg14(asn1::encode_security_infos(entries)).value();
}
unsigned leaf_of(HashAlgorithm algorithm) {
  return static_cast<unsigned>(std::to_underlying(algorithm)) + 1;
}

Bytes plain_signature(const EcPrivateKey& key, HashAlgorithm algorithm, ByteView message) {
  return key.sign_plain(hash(algorithm, message).value()).value();
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

const Bytes kChallenge = "0102030405060708"_hex;

/// No random octets.
class BrokenRng final : public Rng {
 public:
  Result<void> fill(MutableByteView) override { return fail({.fault = Fault::crypto, .what = "none"}); }
};

}  // namespace

TEST_GROUP(ActiveEc) {
  EcPrivateKey key = EcPrivateKey::generate(Curve::brainpool_p256r1).value();
  Bytes dg15 = dg15_of(key);
  Bytes dg14 = dg14_naming(3);

  Result<ActiveProof> verify(ByteView signature, ByteView challenge = kChallenge) const {
    return verify_active_authentication(dg15, dg14, challenge, signature);
  }
};

TEST(ActiveEc, accepts_every_curve_with_every_hash_that_dg14_names) {
  for (const auto curve : kCurves) {
    const auto one = EcPrivateKey::generate(curve).value();
    const auto file = dg15_of(one);
    for (const auto algorithm : kHashes) {
      const auto proof = verify_active_authentication(file, dg14_naming(leaf_of(algorithm)), kChallenge,
                                                      plain_signature(one, algorithm, kChallenge));
      CHECK_OK(proof);
      CHECK_EQUAL(algorithm == HashAlgorithm::sha1, has(proof->deviations, "sha-1"));
      CHECK_EQUAL(hash_size(algorithm) > order_size(curve), has(proof->deviations, "hash-longer-than-key"));
      CHECK_EQUAL(order_size(curve) < 28, has(proof->deviations, "weak-key"));
      CHECK(!has(proof->deviations, "active-authentication-algorithm-not-named"));
    }
  }
}

TEST(ActiveEc, tries_the_permitted_hashes_when_dg14_names_none) {
  for (const auto algorithm : {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha256}) {
    const auto proof =
        verify_active_authentication(dg15, std::nullopt, kChallenge, plain_signature(key, algorithm, kChallenge));
    CHECK_OK(proof);
    CHECK(has(proof->deviations, "active-authentication-algorithm-not-named"));
  }
  for (const auto algorithm : {HashAlgorithm::sha384, HashAlgorithm::sha512}) {
    CHECK_FAULT(Fault::security, verify_active_authentication(dg15, std::nullopt, kChallenge,
                                                              plain_signature(key, algorithm, kChallenge)));
  }
}

TEST(ActiveEc, takes_no_other_hash_than_the_named_one) {
  for (const auto algorithm : {HashAlgorithm::sha1, HashAlgorithm::sha224, HashAlgorithm::sha384}) {
    CHECK_FAULT(Fault::security, verify(plain_signature(key, algorithm, kChallenge)));
  }
  CHECK_OK(verify(plain_signature(key, HashAlgorithm::sha256, kChallenge)));
}

TEST(ActiveEc, does_not_know_ripemd_160) {
  dg14 = dg14_naming(6);
  CHECK_FAULT(Fault::unsupported, verify(plain_signature(key, HashAlgorithm::sha1, kChallenge)));
}

TEST(ActiveEc, tolerates_der_and_names_it) {
  const auto proof = verify(key.sign_der(hash(HashAlgorithm::sha256, kChallenge).value()).value());
  CHECK_OK(proof);
  CHECK(has(proof->deviations, "ecdsa-signature-in-der"));
  CHECK_FAULT(Fault::security, verify(key.sign_der(hash(HashAlgorithm::sha256, "00"_hex).value()).value()));
}

TEST(ActiveEc, takes_no_signature_of_another_key_or_challenge) {
  const auto other = EcPrivateKey::generate(Curve::brainpool_p256r1).value();
  CHECK_FAULT(Fault::security, verify(plain_signature(other, HashAlgorithm::sha256, kChallenge)));
  const auto signature = plain_signature(key, HashAlgorithm::sha256, kChallenge);
  CHECK_OK(verify(signature));
  CHECK_FAULT(Fault::security, verify(signature, "0102030405060709"_hex));
  CHECK_FAULT(Fault::bad_input, verify(signature, "010203040506070809"_hex));
}

TEST(ActiveEc, takes_no_r_or_s_out_of_range) {
  const auto signature = plain_signature(key, HashAlgorithm::sha256, kChallenge);
  const auto r = ByteView{signature}.first(32);
  const auto s = ByteView{signature}.last(32);
  const auto& order = curve_parameters(Curve::brainpool_p256r1).order;
  const Bytes zero(32, 0);
  const Bytes all(32, 0xFF);
  for (const auto& wrong : {concat({zero, s}), concat({r, zero}), concat({zero, zero}), concat({order, s}),
                            concat({r, order}), concat({all, all}), concat({s, r})}) {
    CHECK(!verify(wrong));
  }
}

TEST(ActiveEc, wants_r_and_s_as_long_as_the_order) {
  const auto signature = plain_signature(key, HashAlgorithm::sha256, kChallenge);
  for (const std::size_t size : {0U, 32U, 63U, 65U, 128U}) {
    auto other = signature;
    other.resize(size, 0);
    other.resize(size);
    if (size == 0 || other.front() != 0x30) CHECK_FAULT(Fault::malformed, verify(other));
    CHECK(!verify(other));
  }
  const auto half = Bytes{0};
  CHECK(!verify(concat({half, ByteView{signature}.first(32), half, ByteView{signature}.last(32)})));
}

TEST(ActiveEc, takes_no_key_off_its_curve) {
  auto point = key.public_point();
  point.back() ^= 1U;
  const auto& known = curve_parameters(key.curve());
  const asn1::EcDomainParameters domain{.p = known.p,
                                        .a = known.a,
                                        .b = known.b,
                                        .generator = known.generator,
                                        .order = known.order,
                                        .cofactor = known.cofactor};
  dg15 = host::lds::build_dg15(asn1::encode_ec_public_key_info(domain, point)).value();
  CHECK_FAULT(Fault::security, verify(plain_signature(key, HashAlgorithm::sha256, kChallenge)));
  // Another generator makes another curve, on which anybody can sign for any point.
  auto bent = domain;
  bent.generator = key.public_point();
  dg15 = host::lds::build_dg15(asn1::encode_ec_public_key_info(bent, key.public_point())).value();
  CHECK_FAULT(Fault::security, verify(plain_signature(key, HashAlgorithm::sha256, kChallenge)));
}

TEST_GROUP(ActiveExchange) {
  EcPrivateKey key = EcPrivateKey::generate(Curve::p256).value();
  Bytes dg15 = dg15_of(key);
  FakeChip chip;
  SystemRng rng;
  Bytes recorded;

  void setup() override {
    chip.script = [this](const PlainCommand& command) {
      if (recorded.empty()) recorded = plain_signature(key, HashAlgorithm::sha256, command.data);
      return Answer{.data = recorded};
    };
  }
  Result<ActiveProof> judged(const ActiveEvidence& evidence) const {
    return verify_active_authentication(dg15, std::nullopt, evidence.rnd_ifd, evidence.response);
  }
};

TEST(ActiveExchange, sends_a_fresh_challenge_each_time_so_that_a_replayed_signature_fails) {
  auto session = chip.session();
  const auto first = run_active_authentication(session, dg15, rng);
  CHECK_OK(judged(first));
  const auto second = run_active_authentication(session, dg15, rng);
  CHECK_BYTES(first.response, second.response);
  CHECK_FAULT(Fault::security, judged(second));
  CHECK(first.rnd_ifd != second.rnd_ifd);
  LONGS_EQUAL(8, chip.seen().front().data.size());
}

TEST(ActiveExchange, tells_every_kind_of_refusal_and_leaves_the_session_alive) {
  for (const std::uint16_t sw : std::initializer_list<std::uint16_t>{0x6982, 0x6985, 0x6A88, 0x6D00, 0x6700, 0x6F00,
                                                                     0x6300, 0x6282, 0x6400, 0x9001, 0x61FF}) {
    FakeChip refusing;
    refusing.script = [sw](const PlainCommand&) { return Answer{.sw = sw}; };
    auto session = refusing.session();
    const auto evidence = run_active_authentication(session, dg15, rng);
    CHECK(evidence.error.has_value());
    CHECK_STRING("card status", to_string(evidence.error->fault));
    LONGS_EQUAL(sw, evidence.error->sw);
    CHECK(evidence.response.empty());
    CHECK(session.alive());
  }
}

TEST(ActiveExchange, sends_nothing_without_random_octets_or_without_a_key) {
  auto session = chip.session();
  BrokenRng broken;
  CHECK_STRING("crypto", to_string(run_active_authentication(session, dg15, broken).error->fault));
  CHECK_STRING("malformed", to_string(run_active_authentication(session, "6F00"_hex, rng).error->fault));
  CHECK(chip.seen().empty());
}

TEST(ActiveExchange, does_not_survive_a_changed_response) {
  chip.tamper = [](const PlainCommand&, Bytes& response) { response.at(10) ^= 1U; };
  auto session = chip.session();
  const auto evidence = run_active_authentication(session, dg15, rng);
  CHECK_STRING("security", to_string(evidence.error->fault));
  CHECK(!session.alive());
}
