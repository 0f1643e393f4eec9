// The worked examples of 9303-11 (appendices G, H and I) and of TR-03110, value by value.
#include <deque>

#include "cicada/asn1/oids.h"
#include "cicada/asn1/tlv.h"
#include "cicada/host/access/pace.h"
#include "cicada/host/access/pace_steps.h"
#include "cicada/host/transport/loopback.h"
#include "fake_card.h"
#include "harness.h"
#include "vectors.h"

using namespace cicada;
using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::host;
using namespace cicada::host::access;
using namespace cicada::test;
namespace vectors = cicada::tests::vectors;

namespace {

struct Example {
  nlohmann::json data;
  PaceOffer offer;
  PaceGroup group;

  [[nodiscard]] Bytes octets(const char* key) const { return vectors::octets(data, key); }
  /// The files print points without their 04.
  [[nodiscard]] Bytes element(const char* key) const {
    auto value = octets(key);
    if (offer.protocol.agreement == KeyAgreement::ecdh && value.size() % 2 == 0) value.insert(value.begin(), 0x04);
    return value;
  }
};

Example example(const std::string& file, const std::string& id, const char* oid_key = "oid_der_content") {
  auto data = vectors::data(file, id);
  const auto oid = asn1::Oid::from_content(vectors::octets(data, oid_key)).value();
  const auto offer = usable_offer(oid, 2, data.at("domain_parameter_id").get<std::uint32_t>()).value();
  return {.data = std::move(data), .offer = offer, .group = PaceGroup::create(offer.domain).value()};
}

class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(std::deque<Bytes> script) : script_(std::move(script)) {}
  Result<void> fill(MutableByteView out) override {
    if (script_.empty() || script_.front().size() != out.size()) return fail({.fault = Fault::crypto, .what = "empty"});
    std::ranges::copy(script_.front(), out.begin());
    script_.pop_front();
    return {};
  }

 private:
  std::deque<Bytes> script_;
};

void check_nonce(const Example& x) {
  const auto nonce =
      pace::decrypt_nonce(x.octets("k_pi"), x.offer.protocol.cipher, x.offer.protocol.mapping, x.octets("nonce_z"));
  CHECK_OK(nonce);
  CHECK_BYTES(x.octets("nonce_s"), nonce->expose());
}

void check_generic_mapping(const Example& x) {
  CHECK_BYTES(x.element("terminal_map_pub"), x.group.multiply_generator(x.octets("terminal_map_priv")).value());
  CHECK_BYTES(x.element("chip_map_pub"), x.group.multiply_generator(x.octets("chip_map_priv")).value());
  const auto h = x.group.multiply(x.octets("terminal_map_priv"), x.element("chip_map_pub"));
  CHECK_OK(h);
  CHECK_BYTES(x.element("shared_h"), *h);
  const auto mapped = pace::map_generic(x.group, x.octets("nonce_s"), *h);
  CHECK_OK(mapped);
  CHECK_BYTES(x.element("mapped_generator"), *mapped);
}

void check_integrated_mapping(const Example& x) {
  const auto cipher = x.offer.protocol.cipher;
  const auto r = pace::pseudo_random(cipher, x.octets("nonce_s"), x.octets("nonce_t"), x.group.field_bits());
  CHECK_OK(r);
  CHECK_BYTES(x.octets("R"), r->expose());
  const auto mapped = pace::map_integrated(x.group, cipher, x.octets("nonce_s"), x.octets("nonce_t"));
  CHECK_OK(mapped);
  CHECK_BYTES(x.element("mapped_generator"), *mapped);
  // The number modulo p gives the same element.
  CHECK_BYTES(x.element("mapped_generator"), x.group.map_number(x.octets("Rp")).value());
}

void check_agreement(const Example& x) {
  const auto generator = x.element("mapped_generator");
  CHECK_BYTES(x.element("terminal_eph_pub"), x.group.multiply(x.octets("terminal_eph_priv"), generator).value());
  CHECK_BYTES(x.element("chip_eph_pub"), x.group.multiply(x.octets("chip_eph_priv"), generator).value());
  const auto shared = x.group.agree(x.octets("terminal_eph_priv"), x.element("chip_eph_pub"));
  CHECK_OK(shared);
  CHECK_BYTES(x.octets("shared_secret"), shared->expose());
  const auto keys = pace::session_keys(shared->expose(), x.offer.protocol.cipher);
  CHECK_OK(keys);
  CHECK_BYTES(x.octets("ks_enc"), keys->enc.expose());
  CHECK_BYTES(x.octets("ks_mac"), keys->mac.expose());
}

void check_tokens(const Example& x) {
  const auto cipher = x.offer.protocol.cipher;
  CHECK_BYTES(x.octets("input_t_ifd"), pace::token_input(x.offer.protocol, x.element("chip_eph_pub")));
  CHECK_BYTES(x.octets("input_t_ic"), pace::token_input(x.offer.protocol, x.element("terminal_eph_pub")));
  CHECK_BYTES(x.octets("t_ifd"), pace::token(x.octets("ks_mac"), cipher, x.octets("input_t_ifd")).value());
  CHECK_BYTES(x.octets("t_ic"), pace::token(x.octets("ks_mac"), cipher, x.octets("input_t_ic")).value());
}

/// The whole run against the printed APDUs. The examples name no domain parameters; this reader always does.
PaceEvidence replay(const Example& x) {
  const auto password = PacePassword::from_mrz_information(x.data.at("mrz_information").get<std::string>()).value();
  const auto& apdus = x.data.at("apdus");
  std::size_t next = 0;
  transport::LoopbackTransport script{[&](ByteView command) {
    auto expected = vectors::octets(apdus.at(next), "capdu");
    if (next == 0) {
      expected[4] = static_cast<std::uint8_t>(expected[4] + 3);
      append(expected, Bytes{0x84, 0x01, static_cast<std::uint8_t>(x.offer.parameter_id)});
    }
    CHECK_BYTES(expected, command);
    return vectors::octets(apdus.at(next++), "rapdu");
  }};
  iso7816::Channel channel{script};
  ScriptedRng keys{{x.octets("terminal_map_priv"), x.octets("terminal_eph_priv")}};
  auto session = run_pace(PlainSession{channel}, x.offer, password, keys);
  if (!session) FAIL(session.error().error.describe().c_str());
  LONGS_EQUAL(5, next);
  CHECK_STRING("PACE", session->session.protocol());
  CHECK(session->session.codec().cipher() == sm::Cipher::aes);
  CHECK_BYTES(x.element("terminal_eph_pub"), session->evidence.terminal_ephemeral);
  CHECK_BYTES(x.element("chip_eph_pub"), session->evidence.chip_ephemeral);
  return std::move(session->evidence);
}

}  // namespace

TEST_GROUP(PaceVectors){};

TEST(PaceVectors, of_appendix_G_1_generic_mapping_on_a_curve) {
  const auto x = example("icao9303_11_appG1_pace_gm_ecdh.json", "pace-ecdh-gm-aes128-mrz");
  const auto password = PacePassword::from_mrz_information("T22000129364081251010318").value();
  CHECK_BYTES(x.octets("K"), password.expose());
  CHECK_BYTES(x.octets("k_pi"), pace::password_key(password, KeyKind::aes128).value().expose());
  check_nonce(x);
  check_generic_mapping(x);
  check_agreement(x);
  check_tokens(x);
  const auto evidence = replay(x);
  CHECK_BYTES(ByteView{x.octets("chip_eph_pub")}.first(32), evidence.compressed_chip_ephemeral);
  CHECK(!evidence.chip_authentication && evidence.car.empty());
}

TEST(PaceVectors, of_appendix_G_2_generic_mapping_modulo_a_prime) {
  const auto x = example("icao9303_11_appG2_pace_gm_dh.json", "pace-dh-gm-aes128-mrz");
  check_nonce(x);
  check_generic_mapping(x);
  check_agreement(x);
  check_tokens(x);
  const auto evidence = replay(x);
  CHECK_STRING("DETESTCVCA00003", as_text(evidence.car));
  LONGS_EQUAL(20, evidence.compressed_chip_ephemeral.size());
}

TEST(PaceVectors, of_appendix_H_1_integrated_mapping_on_a_curve) {
  const auto x = example("icao9303_11_appH1_pace_im_ecdh.json", "pace-ecdh-im-aes128");
  check_nonce(x);
  check_integrated_mapping(x);
  check_agreement(x);
  check_tokens(x);
}

TEST(PaceVectors, of_appendix_H_2_integrated_mapping_modulo_a_prime) {
  const auto x = example("icao9303_11_appH2_pace_im_dh.json", "pace-dh-im-aes128");
  check_nonce(x);
  check_integrated_mapping(x);
  check_agreement(x);
  check_tokens(x);
}

TEST(PaceVectors, of_appendix_I_chip_authentication_mapping) {
  const auto x = example("icao9303_11_appI_pace_cam.json", "pace-ecdh-cam-aes128-mrz");
  check_nonce(x);
  check_generic_mapping(x);
  check_agreement(x);
  check_tokens(x);
  const auto data = pace::decrypt_chip_authentication_data(x.octets("ks_enc"), KeyKind::aes128,
                                                           x.octets("encrypted_chip_auth_data"), 32);
  CHECK_OK(data);
  CHECK_BYTES(x.octets("decrypted_chip_auth_data"), data->expose());
  const auto evidence = replay(x);
  CHECK(evidence.chip_authentication.has_value());
  CHECK_BYTES(x.octets("decrypted_chip_auth_data"), evidence.chip_authentication->ca_ic.expose());
  CHECK_BYTES(x.element("chip_map_pub"), evidence.chip_authentication->mapping_key);
  // CA_IC * PK_IC = PK_map,IC: what is to be verified once PK_IC is.
  CHECK_BYTES(x.element("chip_map_pub"),
              x.group.multiply(x.octets("decrypted_chip_auth_data"), x.octets("cam_pk_ic")).value());
}

TEST(PaceVectors, of_tr_03110_with_a_pin) {
  for (const auto* id : {"tr03110-pace-ecdh-gm-pin", "tr03110-pace-dh-gm-pin"}) {
    const auto x = example("tr03110_eac2_worked_examples.json", id, "pace_oid_der_content");
    const auto cipher = x.offer.protocol.cipher;
    // The DH example prints a leading zero octet before its key.
    const auto fitted = [&](const char* key) {
      auto value = x.octets(key);
      if (value.size() > x.group.element_size()) value.erase(value.begin());
      return value;
    };
    const auto k_pi =
        pace::password_key(PacePassword::from_pin(x.data.at("password").get<std::string>()).value(), cipher);
    CHECK_OK(k_pi);
    CHECK_BYTES(x.octets("k_pi"), k_pi->expose());
    CHECK_BYTES(x.octets("nonce"),
                pace::decrypt_nonce(k_pi->expose(), cipher, Mapping::generic, x.octets("nonce_enc")).value().expose());
    CHECK_BYTES(fitted("map_pcd_pub_key"), x.group.multiply_generator(x.octets("map_pcd_priv_key")).value());
    const auto h = x.group.multiply(x.octets("map_pcd_priv_key"), fitted("map_picc_pub_key")).value();
    CHECK_BYTES(fitted("map_shared_secret_h"), h);
    const auto generator = pace::map_generic(x.group, x.octets("nonce"), h).value();
    CHECK_BYTES(fitted("map_generator"), generator);
    CHECK_BYTES(fitted("pcd_pub_key"), x.group.multiply(x.octets("pcd_priv_key"), generator).value());
    const auto shared = x.group.agree(x.octets("pcd_priv_key"), fitted("picc_pub_key")).value();
    CHECK_BYTES(x.octets("shared_secret_k"), shared.expose());
    const auto keys = pace::session_keys(shared.expose(), cipher).value();
    CHECK_BYTES(x.octets("k_enc"), keys.enc.expose());
    CHECK_BYTES(x.octets("k_mac"), keys.mac.expose());
    const auto token_over = [&](const char* key) {
      return pace::token(keys.mac.expose(), cipher, pace::token_input(x.offer.protocol, fitted(key))).value();
    };
    CHECK_BYTES(x.octets("authentication_token_pcd"), token_over("picc_pub_key"));
    CHECK_BYTES(x.octets("authentication_token_picc"), token_over("pcd_pub_key"));
  }
}

TEST(PaceVectors, do_not_come_out_of_other_inputs) {
  const auto x = example("icao9303_11_appG1_pace_gm_ecdh.json", "pace-ecdh-gm-aes128-mrz");
  auto other = x.octets("nonce_s");
  other.back() ^= 1U;
  const auto mapped = pace::map_generic(x.group, other, x.element("shared_h"));
  CHECK_OK(mapped);
  CHECK(!equal(x.element("mapped_generator"), *mapped));
  CHECK_FAULT(Fault::malformed, pace::decrypt_nonce(x.octets("k_pi"), KeyKind::aes128, Mapping::integrated, Bytes(32)));
  CHECK_FAULT(Fault::bad_input, pace::pseudo_random(KeyKind::aes192, Bytes(16), Bytes(24), 256));
  CHECK_FAULT(Fault::bad_input, pace::pseudo_random(KeyKind::aes192, Bytes(32), Bytes(32), 256));
}
