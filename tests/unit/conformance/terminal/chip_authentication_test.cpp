// The terminal's own view of chip authentication against TR-03110's key pairs, and what it reads from DG14.
#include "cicada/conformance/terminal/chip_authentication.h"

#include "cicada/asn1/oids.h"
#include "cicada/asn1/public_key.h"
#include "cicada/asn1/tlv.h"
#include "cicada/crypto/openssl/ec.h"
#include "fake_target.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::conformance::terminal;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;
using crypto::openssl::Curve;
using host::iso7816::CommandApdu;
using vectors::octets;

namespace {

constexpr std::uint32_t kBrainpoolP256 = 13;
constexpr std::uint32_t kModp1024 = 0;
constexpr std::uint32_t kModp2048 = 1;

asn1::Oid id_ca(const std::string& arcs) {
  return asn1::Oid::from_dotted("0.4.0.127.0.7.2.2.3." + arcs).value();
}

asn1::SecurityInfo key_info(const asn1::Oid& kind, const Bytes& public_key, std::optional<std::uint32_t> id = {}) {
  return asn1::make_security_info(
      kind, asn1::ChipAuthenticationPublicKeyInfo{.public_key = asn1::parse_public_key_info(public_key).value(),
                                                  .key_id = id});
}

asn1::SecurityInfo protocol_info(const std::string& arcs, std::optional<std::uint32_t> id = {},
                                 std::uint32_t version = 1) {
  return asn1::make_security_info(id_ca(arcs), asn1::ChipAuthenticationInfo{.version = version, .key_id = id});
}

Bytes generator_of(Curve curve) {
  return crypto::openssl::curve_parameters(curve).generator;
}

Bytes named_key(Curve curve) {
  const auto oid = asn1::Oid::from_dotted(crypto::openssl::curve_oid(curve)).value();
  return asn1::encode_ec_public_key_info(oid, generator_of(curve));
}

std::vector<ChipKey> keys_of(const std::vector<asn1::SecurityInfo>& infos) {
  const auto dg14 = asn1::encode_tlv(0x6E, asn1::encode_security_infos(infos));
  return chip_keys(security_infos_of_dg14(dg14).value());
}

ChipKey only_key(const std::vector<asn1::SecurityInfo>& infos) {
  auto keys = keys_of(infos);
  LONGS_EQUAL(1, keys.size());
  return keys.front();
}

/// Gives one private key, then nothing more.
class OneKey final : public Rng {
 public:
  explicit OneKey(Bytes key) : key_(std::move(key)) {}
  Result<void> fill(MutableByteView out) override {
    if (key_.size() != out.size()) return fail({.fault = Fault::crypto, .what = "empty"});
    std::ranges::copy(std::exchange(key_, {}), out.begin());
    return {};
  }

 private:
  Bytes key_;
};

}  // namespace

TEST_GROUP(ConformanceChip){};

TEST(ConformanceChip, agrees_on_the_keys_of_the_example_of_TR_03110) {
  const auto x = vectors::data("tr03110_eac2_worked_examples.json", "tr03110-ca2-ecdh");
  const ChipKey key{.protocol = id_ca("2.2"),
                    .cipher = KeyKind::aes128,
                    .domain = Curve::brainpool_p256r1,
                    .public_key = octets(x, "picc_pub_key"),
                    .key_id = 5};
  auto secret = octets(x, "pcd_priv_key");
  secret.erase(secret.begin());
  OneKey rng{secret};
  const auto run = ChipAuthentication::create(key, rng).value();
  const auto ours = octets(x, "pcd_pub_key");
  CHECK_BYTES(ours, run.ephemeral());
  CHECK_BYTES(ByteView{ours}.subspan(1, 32), run.compressed_ephemeral().value());
  auto made = run.session().value();
  const Bytes zeros(16);
  auto known = Session::create(KeyKind::aes128, SecretBytes{octets(x, "ca_v1_equivalent_ks_enc")},
                               SecretBytes{octets(x, "ca_v1_equivalent_ks_mac")}, zeros)
                   .value();
  const CommandApdu command{.ins = 0xA4, .p1 = 0x02, .p2 = 0x0C, .data = "011E"_hex};
  CHECK_BYTES(known.wrap(command).value(), made.wrap(command).value());
}

TEST(ConformanceChip, has_the_commands_of_both_ways) {
  const ChipKey key{.protocol = id_ca("2.2"),
                    .cipher = KeyKind::aes128,
                    .domain = Curve::p256,
                    .public_key = generator_of(Curve::p256),
                    .key_id = 5};
  ReplayRng rng{1};
  const auto run = ChipAuthentication::create(key, rng).value();
  const auto ephemeral = run.ephemeral();
  CHECK_BYTES(concat({"002241A6469141"_hex, ephemeral, "840105"_hex}), run.key_agreement().apdu().encode().value());
  CHECK_BYTES("002241A40F800A04007F00070202030202840105"_hex, run.select().apdu().encode().value());
  CHECK_BYTES(concat({"00860000457C438041"_hex, ephemeral, "00"_hex}), run.authenticate().apdu().encode().value());
}

TEST(ConformanceChip, names_no_key_that_has_no_name) {
  const ChipKey key{.protocol = id_ca("2.1"), .domain = Curve::p256, .public_key = generator_of(Curve::p256)};
  ReplayRng rng{1};
  const auto run = ChipAuthentication::create(key, rng).value();
  LONGS_EQUAL(1, run.key_agreement().objects.size());
  LONGS_EQUAL(1, run.select().objects.size());
}

TEST(ConformanceChip, does_not_start_with_a_key_outside_of_its_group) {
  auto point = generator_of(Curve::p256);
  point.back() ^= 1U;
  ReplayRng rng{1};
  const ChipKey key{.protocol = id_ca("2.1"), .domain = Curve::p256, .public_key = point};
  const auto refused = ChipAuthentication::create(key, rng);
  CHECK(!refused);
  CHECK_STRING(to_string(Fault::security), to_string(refused.error().fault));
}

TEST(ConformanceChip, reads_keys_in_every_form) {
  using asn1::oids::kIdPkDh;
  using asn1::oids::kIdPkEcdh;
  const auto named = only_key({key_info(kIdPkEcdh, named_key(Curve::p384)), protocol_info("2.4")});
  CHECK(named.domain == host::access::Domain{Curve::p384} && named.cipher == KeyKind::aes256);
  CHECK(!named.by_key_agreement_template() && !named.key_id);
  const auto point = generator_of(Curve::brainpool_p256r1);
  const auto standardized = only_key(
      {key_info(kIdPkEcdh, asn1::encode_standardized_public_key_info(kBrainpoolP256, point)), protocol_info("2.1")});
  CHECK(standardized.domain == host::access::Domain{Curve::brainpool_p256r1});
  CHECK(standardized.by_key_agreement_template());
  const auto group = host::access::PaceGroup::create(host::access::standardized_domain(kModp1024).value()).value();
  const auto number =
      only_key({key_info(kIdPkDh, asn1::encode_standardized_public_key_info(kModp1024, group.generator())),
                protocol_info("1.2")});
  CHECK_BYTES(group.encode(group.generator()), number.public_key);
}

TEST(ConformanceChip, takes_a_key_that_nothing_speaks_of_for_one_of_3DES) {
  const auto key = only_key({key_info(asn1::oids::kIdPkEcdh, named_key(Curve::p256), 7)});
  CHECK(key.by_key_agreement_template());
  CHECK(key.protocol == id_ca("2.1"));
  LONGS_EQUAL(7, key.key_id.value());
}

TEST(ConformanceChip, puts_each_protocol_to_the_key_that_it_names) {
  const auto keys = keys_of({key_info(asn1::oids::kIdPkEcdh, named_key(Curve::p256), 1),
                             key_info(asn1::oids::kIdPkEcdh, named_key(Curve::p384), 2), protocol_info("2.1", 1),
                             protocol_info("2.2", 1), protocol_info("2.4", 2)});
  LONGS_EQUAL(3, keys.size());
  for (const auto& key : keys) {
    const bool is_second = key.cipher == KeyKind::aes256;
    CHECK(key.domain == host::access::Domain{is_second ? Curve::p384 : Curve::p256});
    LONGS_EQUAL(is_second ? 2 : 1, key.key_id.value());
  }
}

TEST(ConformanceChip, leaves_out_what_it_cannot_do) {
  using asn1::oids::kIdPkDh;
  using asn1::oids::kIdPkEcdh;
  // Another version, another kind of key than its name says, a group that nobody knows.
  CHECK(keys_of({key_info(kIdPkEcdh, named_key(Curve::p256)), protocol_info("2.2", {}, 2)}).empty());
  CHECK(keys_of({key_info(kIdPkDh, named_key(Curve::p256)), protocol_info("1.2")}).empty());
  const auto group = host::access::PaceGroup::create(host::access::standardized_domain(kModp2048).value()).value();
  const asn1::DhDomainParameters unknown{.p = group.generator(), .g = Bytes{2}, .q = {}};
  CHECK(keys_of({key_info(kIdPkDh, asn1::encode_dh_public_key_info(unknown, Bytes{4})), protocol_info("1.2")}).empty());
  CHECK(!security_infos_of_dg14("6F00"_hex));
  CHECK(!security_infos_of_dg14("6E0330"_hex));
}

TEST(ConformanceChip, says_what_a_chip_made_of_it) {
  FakeTarget chip{[](ByteView) { return "6A80"_hex; }};
  ReplayRng rng{1};
  Terminal terminal{chip, rng};
  const ChipKey key{.protocol = id_ca("2.1"), .domain = Curve::p256, .public_key = generator_of(Curve::p256)};
  const auto closed = run_chip_authentication(terminal, key);
  CHECK(!closed);
  CHECK_STRING(to_string(Fault::conflict), to_string(closed.error().fault));
  const Bytes zeros(16);
  terminal.open(Session::create(KeyKind::aes128, SecretBytes{Bytes(16, 1)}, SecretBytes{Bytes(16, 2)}, zeros).value());
  const auto plain = run_chip_authentication(terminal, key);
  CHECK(!plain);
  CHECK_STRING(to_string(Fault::security), to_string(plain.error().fault));
  LONGS_EQUAL(0x6A80, plain.error().sw);
}
