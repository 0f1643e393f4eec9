// The worked examples of 9303-11 Appendices G, H and I: every printed value, and the printed exchanges octet for octet.
#include "vectors.h"
#include "cicada/applet_sim/protocol/pace/exchange.h"
#include "pace_terminal.h"
#include "scripted_rng.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
namespace vectors = cicada::tests::vectors;
using agreement::Domain;
using cicada::applet_sim::sm::Algorithm;
using vectors::octets;

namespace {

/// One example. Points are printed without the 04 in front.
class Example {
 public:
  Example(const char* file, const char* id)
      : data_(vectors::data(file, id)),
        suite(agreement::suite_of(octets(data_, "oid_der_content")).value()),
        id_(data_.at("domain_parameter_id").get<agreement::DomainId>()),
        domain(Domain::create(id_).value()) {}

  [[nodiscard]] bool has(const char* name) const { return data_.contains(name); }
  [[nodiscard]] Bytes raw(const char* name) const { return octets(data_, name); }
  [[nodiscard]] Bytes element(const char* name) const {
    return domain.kind() == agreement::Kind::ecdh ? concat({"04"_hex, raw(name)}) : raw(name);
  }
  /// A private key below the group's order; H.2 and I print some that are not.
  [[nodiscard]] Bytes private_key(const char* name) const {
    const auto order = domain.kind() == agreement::Kind::dh
                           ? domain.field()->order()
                           : "A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7"_hex;
    return modulo(raw(name), order);
  }
  [[nodiscard]] cicada::applet_sim::sm::SessionKeys keys() const {
    return {.algorithm = suite.cipher,
            .ks_enc = SecretBytes::copy_of(raw("ks_enc")),
            .ks_mac = SecretBytes::copy_of(raw("ks_mac"))};
  }
  [[nodiscard]] pace::Setup setup() const {
    pace::Setup setup{.offer = {.suite = suite, .domain = id_}, .k_pi = SecretBytes::copy_of(raw("k_pi"))};
    return setup;
  }
  /// The chip's random octets in the order in which it draws them.
  [[nodiscard]] Bytes randomness() const {
    auto all = raw("nonce_s");
    if (has("chip_map_priv")) append(all, private_key("chip_map_priv"));
    append(all, private_key("chip_eph_priv"));
    return all;
  }
  [[nodiscard]] const nlohmann::json& apdus() const { return data_.at("apdus"); }

 private:
  /// Schoolbook, bit by bit.
  static Bytes modulo(const Bytes& number, const Bytes& order) {
    Bytes rest(order.size() + 1);
    const auto modulus = concat({Bytes(1), order});
    for (std::size_t bit = 0; bit < 8 * number.size(); ++bit) {
      unsigned carry = (number[bit / 8] >> (7 - bit % 8)) & 1U;
      for (auto octet = rest.rbegin(); octet != rest.rend(); ++octet) {
        const unsigned doubled = 2U * *octet + carry;
        *octet = static_cast<std::uint8_t>(doubled);
        carry = doubled >> 8U;
      }
      if (std::ranges::lexicographical_compare(rest, modulus)) continue;
      int borrow = 0;
      for (std::size_t i = rest.size(); i-- > 0;) {
        const int difference = rest[i] - modulus[i] - borrow;
        rest[i] = static_cast<std::uint8_t>(difference);
        borrow = difference < 0 ? 1 : 0;
      }
    }
    return {rest.begin() + 1, rest.end()};
  }

  nlohmann::json data_;

 public:
  agreement::Suite suite;

 private:
  agreement::DomainId id_;

 public:
  Domain domain;
};

/// The data field of a printed command, or of a printed response.
Bytes data_of(const nlohmann::json& apdu, const char* side) {
  const auto all = octets(apdu, side);
  if (std::string_view{side} == "rapdu") return {all.begin(), all.end() - 2};
  return {all.begin() + 5, all.begin() + 5 + all[4]};
}

void check_password(const Example& example) {
  const auto k_pi = cicada::applet_sim::sm::derive_password_key(example.suite.cipher, example.raw("K"));
  CHECK_OK(k_pi);
  CHECK_BYTES(example.raw("k_pi"), k_pi->expose());
}

void check_agreement(const Example& example) {
  const auto& domain = example.domain;
  const auto z = pace::encrypt_nonce(example.suite.cipher, example.raw("k_pi"), example.raw("nonce_s"));
  CHECK_OK(z);
  CHECK_BYTES(example.raw("nonce_z"), *z);
  const auto generator = example.element("mapped_generator");
  CHECK_BYTES(example.element("chip_eph_pub"), domain.multiply(example.raw("chip_eph_priv"), generator).value());
  CHECK_BYTES(example.element("terminal_eph_pub"),
              domain.multiply(example.raw("terminal_eph_priv"), generator).value());
  const auto shared = domain.agree(example.raw("chip_eph_priv"), example.element("terminal_eph_pub"));
  CHECK_OK(shared);
  CHECK_BYTES(example.raw("shared_secret"), shared->expose());
  const auto keys = cicada::applet_sim::sm::derive_session_keys(example.suite.cipher, shared->expose());
  CHECK_OK(keys);
  CHECK_BYTES(example.raw("ks_enc"), keys->ks_enc.expose());
  CHECK_BYTES(example.raw("ks_mac"), keys->ks_mac.expose());
  const auto oid = agreement::oid_of(example.suite);
  const auto t_ifd = domain.public_key_object(oid, example.element("chip_eph_pub"));
  const auto t_ic = domain.public_key_object(oid, example.element("terminal_eph_pub"));
  CHECK_BYTES(example.raw("input_t_ifd"), t_ifd);
  CHECK_BYTES(example.raw("input_t_ic"), t_ic);
  CHECK_BYTES(example.raw("t_ifd"), pace::token(*keys, t_ifd).value());
  CHECK_BYTES(example.raw("t_ic"), pace::token(*keys, t_ic).value());
}

void check_generic_mapping(const Example& example) {
  const auto& domain = example.domain;
  CHECK_BYTES(example.element("chip_map_pub"),
              domain.multiply(example.raw("chip_map_priv"), domain.generator()).value());
  const auto h = domain.multiply(example.raw("chip_map_priv"), example.element("terminal_map_pub"));
  CHECK_OK(h);
  CHECK_BYTES(example.element("shared_h"), *h);
  const auto generator = pace::map_generic(domain, example.raw("nonce_s"), *h);
  CHECK_OK(generator);
  CHECK_BYTES(example.element("mapped_generator"), *generator);
}

void check_integrated_mapping(const Example& example) {
  const auto s = example.raw("nonce_s");
  const auto t = example.raw("nonce_t");
  const auto r = pace::pseudo_random(example.suite.cipher, s, t, example.domain.field_bits());
  CHECK_OK(r);
  CHECK_BYTES(example.raw("R"), r->expose());
  if (const auto* curve = example.domain.curve()) {
    CHECK_BYTES(example.raw("Rp"), curve->reduce_to_field(r->expose()).value().expose());
  } else {
    // g~ depends on R modulo p only.
    CHECK_BYTES(example.element("mapped_generator"), example.domain.field()->map_to_element(example.raw("Rp")).value());
  }
  const auto generator = pace::map_integrated(example.domain, example.suite.cipher, s, t);
  CHECK_OK(generator);
  CHECK_BYTES(example.element("mapped_generator"), *generator);
}

/// Plays the printed commands to an exchange with the printed random octets.
pace::Opened replay(const Example& example, pace::Setup setup) {
  const auto& apdus = example.apdus();
  auto request = pace::parse_request(data_of(apdus[0], "capdu"));
  CHECK_OK(request);
  CHECK(pace::choose(std::span{&setup.offer, 1}, *request).value() == setup.offer);
  auto exchange = pace::Exchange::begin(std::move(setup));
  CHECK_OK(exchange);
  terminal::ScriptedRng rng{example.randomness()};
  std::optional<pace::Opened> opened;
  for (std::size_t i = 1; i < apdus.size(); ++i) {
    CHECK_FALSE(opened.has_value());
    const bool chained = octets(apdus[i], "capdu")[0] == 0x10;
    auto answer = exchange->advance(data_of(apdus[i], "capdu"), chained, rng);
    CHECK_OK(answer);
    CHECK_BYTES(data_of(apdus[i], "rapdu"), answer->data);
    opened = std::move(answer->opened);
  }
  LONGS_EQUAL(example.randomness().size(), rng.used());
  CHECK(opened.has_value());
  CHECK_BYTES(example.element("chip_eph_pub"), opened->chip_key);
  CHECK_BYTES(example.element("terminal_eph_pub"), opened->terminal_key);
  return std::move(*opened);
}

/// The session of a replay has the printed keys and counter 0.
void check_session(const Example& example, pace::Opened opened) {
  terminal::Messaging peer{static_cast<terminal::Cipher>(example.suite.cipher), example.raw("ks_enc"),
                           example.raw("ks_mac"), Bytes(16)};
  const auto sent = peer.wrap({.ins = 0xA4, .p1 = 0x04, .p2 = 0x0C, .data = "A0000002471001"_hex});
  const auto command = opened.session.unwrap_command(cicada::applet_sim::apdu::parse_command(sent).value(), {});
  CHECK_OK(command);
  CHECK_BYTES("A0000002471001"_hex, command->view().data);
  const auto answer = opened.session.wrap_response({"0102"_hex, 0x9000});
  CHECK_OK(answer);
  CHECK_BYTES("0102"_hex, peer.unwrap(*answer)->data);
}

}  // namespace

TEST_GROUP(PaceVectors){};

TEST(PaceVectors, generic_mapping_on_a_curve_is_appendix_G_1) {
  const Example example{"icao9303_11_appG1_pace_gm_ecdh.json", "pace-ecdh-gm-aes128-mrz"};
  check_password(example);
  check_generic_mapping(example);
  check_agreement(example);
  auto opened = replay(example, example.setup());
  CHECK_FALSE(opened.chip_authenticated);
  check_session(example, std::move(opened));
}

TEST(PaceVectors, generic_mapping_in_a_prime_field_is_appendix_G_2) {
  const Example example{"icao9303_11_appG2_pace_gm_dh.json", "pace-dh-gm-aes128-mrz"};
  CHECK_BYTES(example.raw("p"), example.domain.field()->prime());
  CHECK_BYTES(example.raw("q"), example.domain.field()->order());
  CHECK_BYTES(example.raw("g"), example.domain.generator());
  check_password(example);
  check_generic_mapping(example);
  check_agreement(example);
  // The printed chip names its trust point.
  auto setup = example.setup();
  setup.certification_authorities = {to_bytes(as_bytes("DETESTCVCA00003"))};
  check_session(example, replay(example, std::move(setup)));
}

TEST(PaceVectors, integrated_mapping_on_a_curve_is_appendix_H_1) {
  const Example example{"icao9303_11_appH1_pace_im_ecdh.json", "pace-ecdh-im-aes128"};
  check_integrated_mapping(example);
  check_agreement(example);
}

TEST(PaceVectors, integrated_mapping_in_a_prime_field_is_appendix_H_2) {
  const Example example{"icao9303_11_appH2_pace_im_dh.json", "pace-dh-im-aes128"};
  check_integrated_mapping(example);
  check_agreement(example);
}

TEST(PaceVectors, integrated_mapping_runs_through_with_the_values_of_appendix_H) {
  for (const auto& [file, id] : {std::pair{"icao9303_11_appH1_pace_im_ecdh.json", "pace-ecdh-im-aes128"},
                                 std::pair{"icao9303_11_appH2_pace_im_dh.json", "pace-dh-im-aes128"}}) {
    const Example example{file, id};
    auto exchange = pace::Exchange::begin(example.setup());
    CHECK_OK(exchange);
    terminal::ScriptedRng rng{example.randomness()};
    const auto step = [&](unsigned tag, const Bytes& value, bool chained = true) {
      auto answer =
          exchange->advance(terminal::tlv(0x7C, tag == 0 ? Bytes{} : terminal::tlv(tag, value)), chained, rng);
      CHECK_OK(answer);
      return std::move(*answer);
    };
    const auto wrapped = [](unsigned tag, const Bytes& value) {
      return terminal::tlv(0x7C, terminal::tlv(tag, value));
    };
    CHECK_BYTES(wrapped(0x80, example.raw("nonce_z")), step(0, {}).data);
    CHECK_BYTES("7C028200"_hex, step(0x81, example.raw("nonce_t")).data);
    CHECK_BYTES(wrapped(0x84, example.element("chip_eph_pub")), step(0x83, example.element("terminal_eph_pub")).data);
    auto last = step(0x85, example.raw("t_ifd"), false);
    CHECK_BYTES(wrapped(0x86, example.raw("t_ic")), last.data);
    check_session(example, std::move(last.opened.value()));
  }
}

TEST(PaceVectors, chip_authentication_mapping_is_appendix_I) {
  const Example example{"icao9303_11_appI_pace_cam.json", "pace-ecdh-cam-aes128-mrz"};
  check_password(example);
  check_generic_mapping(example);
  check_agreement(example);
  const auto ca_ic = example.raw("decrypted_chip_auth_data");
  const auto a_ic = pace::encrypt_chip_authentication_data(example.keys(), ca_ic);
  CHECK_OK(a_ic);
  CHECK_BYTES(example.raw("encrypted_chip_auth_data"), *a_ic);
  CHECK_BYTES(example.element("chip_map_pub"), example.domain.multiply(ca_ic, example.raw("cam_pk_ic")).value());
  // SK_IC is not printed, but CA_IC = SK_Map / SK_IC gives it.
  const auto chip_key = pace::chip_authentication_data(example.domain, ca_ic, example.raw("chip_map_priv"));
  CHECK_OK(chip_key);
  CHECK_BYTES(example.raw("cam_pk_ic"),
              example.domain.multiply(chip_key->expose(), example.domain.generator()).value());
  CHECK_BYTES(ca_ic, pace::chip_authentication_data(example.domain, chip_key->expose(), example.raw("chip_map_priv"))
                         .value()
                         .expose());
  auto setup = example.setup();
  setup.chip_key = chip_key->clone();
  auto opened = replay(example, std::move(setup));
  CHECK_TRUE(opened.chip_authenticated);
  check_session(example, std::move(opened));
}
