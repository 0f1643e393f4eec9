// The group operations of the worked examples of Doc 9303-11: every mapping, over a curve and over a prime field.
#include "groups.h"

#include "harness.h"

using namespace cicada::base;
namespace vectors = cicada::tests::vectors;
using groups::point;
using provider::Curve;
using provider::EcGroup;
using provider::Modp;
using provider::ModpGroup;
using vectors::octets;

namespace {
vectors::json example(const char* file, const char* id) {
  return vectors::beginning_with(file, id).front();
}
}  // namespace

TEST_GROUP(PaceVectors) {
  const EcGroup curve = EcGroup::create(Curve::brainpool_p256r1).value();
  const ModpGroup modp = ModpGroup::create(Modp::modp_1024_160).value();

  /// The two key pairs on the mapped generator, and the secret, which is in the vector.
  void check_key_agreement(const vectors::json& vector, ByteView mapped) const {
    const auto chip = octets(vector, "chip_eph_priv");
    const auto terminal = octets(vector, "terminal_eph_priv");
    CHECK_BYTES(point(vector, "chip_eph_pub"), curve.multiply(chip, mapped).value());
    CHECK_BYTES(point(vector, "terminal_eph_pub"), curve.multiply(terminal, mapped).value());
    const auto expected = octets(vector, "shared_secret");
    CHECK_BYTES(expected, curve.agree(chip, point(vector, "terminal_eph_pub")).value().expose());
    CHECK_BYTES(expected, curve.agree(terminal, point(vector, "chip_eph_pub")).value().expose());
  }

  /// Generic mapping: s G + H.
  Bytes check_generic_mapping(const vectors::json& vector) const {
    const auto terminal = octets(vector, "terminal_map_priv");
    const auto chip = octets(vector, "chip_map_priv");
    CHECK_BYTES(point(vector, "terminal_map_pub"), curve.multiply_generator(terminal).value());
    CHECK_BYTES(point(vector, "chip_map_pub"), curve.multiply_generator(chip).value());
    const auto h = curve.multiply(terminal, point(vector, "chip_map_pub")).value();
    CHECK_BYTES(point(vector, "shared_h"), h);
    CHECK_BYTES(h, curve.multiply(chip, point(vector, "terminal_map_pub")).value());
    auto mapped = curve.add(curve.multiply_generator(octets(vector, "nonce_s")).value(), h).value();
    CHECK_BYTES(point(vector, "mapped_generator"), mapped);
    return mapped;
  }

  void check_key_agreement_modp(const vectors::json& vector, ByteView mapped) const {
    const auto chip = octets(vector, "chip_eph_priv");
    const auto terminal = octets(vector, "terminal_eph_priv");
    CHECK_BYTES(octets(vector, "chip_eph_pub"), modp.power(mapped, chip).value());
    CHECK_BYTES(octets(vector, "terminal_eph_pub"), modp.power(mapped, terminal).value());
    const auto expected = octets(vector, "shared_secret");
    CHECK_BYTES(expected, modp.agree(chip, octets(vector, "terminal_eph_pub")).value().expose());
    CHECK_BYTES(expected, modp.agree(terminal, octets(vector, "chip_eph_pub")).value().expose());
  }
};

TEST(PaceVectors, generic_mapping_over_a_curve_equals_appendix_G1) {
  const auto vector = example("icao9303_11_appG1_pace_gm_ecdh.json", "pace-ecdh-gm");
  check_key_agreement(vector, check_generic_mapping(vector));
}

TEST(PaceVectors, generic_mapping_over_a_prime_field_equals_appendix_G2) {
  const auto vector = example("icao9303_11_appG2_pace_gm_dh.json", "pace-dh-gm");
  CHECK(provider::match_modp(octets(vector, "p"), octets(vector, "g")) == Modp::modp_1024_160);
  CHECK_BYTES(octets(vector, "q"), modp.order());
  const auto terminal = octets(vector, "terminal_map_priv");
  CHECK_BYTES(octets(vector, "terminal_map_pub"), modp.power_of_generator(terminal).value());
  CHECK_BYTES(octets(vector, "chip_map_pub"), modp.power_of_generator(octets(vector, "chip_map_priv")).value());
  const auto h = modp.power(octets(vector, "chip_map_pub"), terminal).value();
  CHECK_BYTES(octets(vector, "shared_h"), h);
  const auto mapped = modp.multiply(modp.power_of_generator(octets(vector, "nonce_s")).value(), h).value();
  CHECK_BYTES(octets(vector, "mapped_generator"), mapped);
  check_key_agreement_modp(vector, mapped);
}

TEST(PaceVectors, integrated_mapping_over_a_curve_equals_appendix_H1) {
  const auto vector = example("icao9303_11_appH1_pace_im_ecdh.json", "pace-ecdh-im");
  const auto element = curve.reduce_to_field(octets(vector, "R")).value();
  CHECK_BYTES(octets(vector, "Rp"), element.expose());
  const auto mapped = curve.map_to_point(element.expose()).value();
  CHECK_BYTES(point(vector, "mapped_generator"), mapped);
  check_key_agreement(vector, mapped);
}

TEST(PaceVectors, integrated_mapping_over_a_prime_field_equals_appendix_H2) {
  const auto vector = example("icao9303_11_appH2_pace_im_dh.json", "pace-dh-im");
  const auto mapped = modp.map_to_element(octets(vector, "R")).value();
  CHECK_BYTES(octets(vector, "mapped_generator"), mapped);
  CHECK_BYTES(mapped, modp.map_to_element(octets(vector, "Rp")).value());
  check_key_agreement_modp(vector, mapped);
}

TEST(PaceVectors, chip_authentication_mapping_equals_appendix_I) {
  const auto vector = example("icao9303_11_appI_pace_cam.json", "pace-ecdh-cam");
  check_key_agreement(vector, check_generic_mapping(vector));
  // CA_IC = SKmap / SK, so CA_IC * PK is PKmap; and SK = SKmap / CA_IC, which the vector leaves out.
  const auto ca_ic = octets(vector, "decrypted_chip_auth_data");
  CHECK_BYTES(point(vector, "chip_map_pub"), curve.multiply(ca_ic, point(vector, "cam_pk_ic")).value());
  const auto sk_ic = curve.divide(octets(vector, "chip_map_priv"), ca_ic).value();
  CHECK_BYTES(point(vector, "cam_pk_ic"), curve.multiply_generator(sk_ic.expose()).value());
  CHECK_BYTES(ca_ic, curve.divide(octets(vector, "chip_map_priv"), sk_ic.expose()).value().expose());
}
