#include "cicada/applet_sim/protocol/bac/bac.h"

#include <map>

#include "scripted_rng.h"
#include "terminal.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada::base;
using namespace cicada::base::literals;
using namespace cicada::applet_sim::protocol;
namespace vectors = cicada::tests::vectors;
using vectors::octets;

TEST_GROUP(Bac) {
  nlohmann::json data = vectors::data("icao9303_11_appD_bac_sm.json", "bac-mutual-auth");
  terminal::AccessKeys keys{.k_enc = octets(data, "kenc"), .k_mac = octets(data, "kmac")};
  bac::Challenge rnd_ic = challenge(octets(data, "rnd_ic"));

  static bac::Challenge challenge(const Bytes& from) {
    bac::Challenge to{};
    std::ranges::copy(from, to.begin());
    return to;
  }
  [[nodiscard]] bac::Bac card() const {
    return bac::Bac::create({.k_enc = bac::KEnc{std::span<const std::uint8_t, 16>{keys.k_enc}},
                             .k_mac = bac::KMac{std::span<const std::uint8_t, 16>{keys.k_mac}}})
        .value();
  }
  [[nodiscard]] Bytes token() const {
    return concat({octets(data, "e_ifd"), octets(data, "m_ifd")});
  }
  /// The one failure that there is.
  void check_refused(const Bytes& token, bac::Work* work = nullptr) {
    ReplayRng rng{1};
    const auto result = card().authenticate(token, rnd_ic, rng, work);
    CHECK_FAULT(Fault::security, result);
    LONGS_EQUAL(0x6300, result.error().sw);
    CHECK_STRING("mutual authentication failed", result.error().what.view());
  }
};

TEST(Bac, answers_as_appendix_D_prints_it) {
  terminal::ScriptedRng rng{octets(data, "k_ic")};
  auto result = card().authenticate(token(), rnd_ic, rng);
  CHECK_OK(result);
  CHECK_BYTES(octets(data, "resp_data"), result->response);
  // The session has the printed keys and counter: it understands the first printed command.
  const auto select = vectors::data("icao9303_11_appD_bac_sm.json", "sm-3des-select-efcom");
  const auto command = octets(select, "protected_capdu");
  CHECK_OK(result->session.unwrap_command(cicada::applet_sim::apdu::parse_command(command).value(), {}));
  CHECK_BYTES(octets(select, "protected_rapdu"),
              result->session.wrap_response(cicada::applet_sim::apdu::sw::k9000Ok).value());
}

TEST(Bac, refuses_every_other_octet_in_the_same_way) {
  const auto right = token();
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (unsigned change = 1; change < 256; change = change * 3 + 1) {
      auto wrong = right;
      wrong[i] = static_cast<std::uint8_t>(wrong[i] ^ change);
      check_refused(wrong);
    }
  }
}

TEST(Bac, does_the_same_work_whatever_is_wrong) {
  const auto rnd_ifd = octets(data, "rnd_ifd");
  const auto k_ifd = octets(data, "k_ifd");
  auto wrong_mac = token();
  wrong_mac.back() ^= 1U;
  std::map<std::string, Bytes> cases = {
      {"wrong MAC", wrong_mac},
      {"right MAC over another chip's challenge", terminal::bac_token(keys, rnd_ifd, Bytes(8, 0x77), k_ifd)},
      {"right MAC, nonces swapped", terminal::bac_token(keys, octets(data, "rnd_ic"), rnd_ifd, k_ifd)},
      {"wrong MAC and wrong nonce", Bytes(40, 0xAB)},
      {"another K_MAC", terminal::bac_token({keys.k_enc, Bytes(16, 1)}, rnd_ifd, octets(data, "rnd_ic"), k_ifd)},
      {"another K_ENC", terminal::bac_token({Bytes(16, 1), keys.k_mac}, rnd_ifd, octets(data, "rnd_ic"), k_ifd)},
  };
  bac::Work of_success;
  ReplayRng rng{1};
  CHECK_OK(card().authenticate(token(), rnd_ic, rng, &of_success));
  CHECK((of_success == bac::Work{.cipher_octets = 64, .macs = 2, .key_derivations = 1, .random_octets = 16}));
  for (const auto& [name, wrong] : cases) {
    bac::Work work;
    check_refused(wrong, &work);
    CHECK_TEXT(work == of_success, name.c_str());
  }
}

TEST(Bac, takes_40_octets_and_no_other_number) {
  ReplayRng rng{1};
  for (const std::size_t size : {0U, 32U, 39U, 41U, 72U}) {
    CHECK_FAULT(Fault::bad_input, card().authenticate(Bytes(size), rnd_ic, rng));
  }
}

TEST(Bac, without_random_octets_opens_no_session) {
  terminal::ScriptedRng rng{Bytes(15)};
  CHECK_FAULT(Fault::crypto, card().authenticate(token(), rnd_ic, rng));
}
