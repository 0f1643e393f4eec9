// What a profile says about PACE and the chip's keys.
#include <string>

#include "cicada/host/perso/profile.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using host::perso::Profile;

namespace {

/// A card with one file and EF.CVCA; `keys` is the list of keys to load.
std::string with(std::string_view keys, std::string_view chip, std::string_view cvca = "ef-cvca") {
  return "[profile]\nname = \"test\"\ndialect = \"cicada-1\"\nkeys = [" + std::string{keys} +
         "]\nfinish = \"locked\"\n[[application]]\nname = \"LDS1\"\naid = \"A0000002471001\"\nfid = 0xDF01\n"
         "[[file]]\nname = \"DG1\"\ndf = \"LDS1\"\nfid = 0x0101\ncontent = \"dg1\"\nsize = \"exact\"\nread = "
         "\"access\"\n[[file]]\nname = \"EF.CVCA\"\ndf = \"LDS1\"\nfid = 0x011C\ncontent = \"" +
         std::string{cvca} + "\"\nsize = \"exact\"\nread = \"access\"\n" + std::string{chip};
}

constexpr std::string_view kPace = "[[pace]]\nprotocol = \"ECDH-GM-AES-128\"\nparameters = 13\n";
constexpr std::string_view kChip = "[[chip-authentication]]\nparameters = 13\nprotocols = [\"ECDH-AES-128\"]\n";
constexpr std::string_view kTerminal = "[terminal-authentication]\ncvca-file = \"EF.CVCA\"\n";

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const auto part : parts) all += part;
  return all;
}

Profile accepted(const std::string& text) {
  auto profile = host::perso::parse_profile(text, "p.toml");
  if (!profile) FAIL(profile.error().text.c_str());
  return *std::move(profile);
}

/// Refused, and the text says this.
void refused(std::string_view why, const std::string& text) {
  const auto profile = host::perso::parse_profile(text, "p.toml");
  if (profile) FAIL(joined({"accepted: ", why}).c_str());
  if (profile.error().text.find(why) == std::string::npos) CHECK_STRING(why, profile.error().text);
}

}  // namespace

TEST_GROUP(ProfileChip){};

TEST(ProfileChip, names_protocols_by_their_object_identifiers) {
  const auto profile =
      accepted(with("\"pace-can\"", joined({kPace, "[[pace]]\nprotocol = \"DH-IM-3DES\"\nparameters = 2\n",
                                            "[[chip-authentication]]\nparameters = 1\nkey-id = 5\nprotocols = "
                                            "[\"DH-AES-256\", \"DH-3DES\"]\n",
                                            kTerminal})));
  CHECK(profile.pace_can && !profile.pace_mrz && !profile.bac_keys);
  LONGS_EQUAL(2, profile.pace.size());
  CHECK_BYTES("04007F00070202040202"_hex, profile.pace[0].oid);
  LONGS_EQUAL(13, profile.pace[0].domain);
  CHECK_BYTES("04007F00070202040301"_hex, profile.pace[1].oid);
  LONGS_EQUAL(5, *profile.chip_authentication[0].key_id);
  CHECK_BYTES("04007F00070202030104"_hex, profile.chip_authentication[0].oids[0]);
  CHECK_BYTES("04007F00070202030101"_hex, profile.chip_authentication[0].oids[1]);
  CHECK_STRING("EF.CVCA", profile.terminal_authentication->cvca_file);
  CHECK(profile.makes_keys());
}

TEST(ProfileChip, says_how_the_key_of_active_authentication_is_made) {
  const auto rsa = accepted(with("\"bac\"", joined({"[active-authentication]\nalgorithm = \"rsa\"\nbits = 2048\nhash = "
                                                    "\"sha-1\"\n",
                                                    kChip, kTerminal})));
  LONGS_EQUAL(2048, rsa.active_authentication->bits);
  LONGS_EQUAL(1, rsa.active_authentication->hash);
  const auto ec = accepted(with("\"bac\"", joined({"[active-authentication]\nalgorithm = \"ecdsa\"\nparameters = 18\n"
                                                   "hash = \"sha-512\"\n",
                                                   kChip, kTerminal})));
  LONGS_EQUAL(0, ec.active_authentication->bits);
  LONGS_EQUAL(18, ec.active_authentication->domain);
  LONGS_EQUAL(5, ec.active_authentication->hash);
}

TEST(ProfileChip, refuses_pace_that_no_chip_can_have) {
  const auto pace = [](std::string_view protocol, std::string_view parameters) {
    return with("\"pace-mrz\"",
                joined({"[[pace]]\nprotocol = \"", protocol, "\"\nparameters = ", parameters, "\n", kChip, kTerminal}));
  };
  refused("is not one of: DH-GM-3DES", pace("ECDH-XM-AES-128", "13"));
  refused("is not one of", pace("ECDH-CAM-3DES", "13"));
  refused("the curves are 8 to 18", pace("ECDH-GM-AES-128", "2"));
  refused("the groups of Diffie-Hellman are 0 to 2", pace("DH-GM-AES-128", "13"));
  refused("out of range", pace("DH-GM-AES-128", "32"));
  refused("integrated mapping does not work on P-224", pace("ECDH-IM-AES-128", "10"));
  refused("needs a chip authentication key with parameters = 13 and key-id = 13", pace("ECDH-CAM-AES-128", "13"));
  refused("stands there already", with("\"pace-mrz\"", joined({kPace, kPace, kChip, kTerminal})));
  refused("PACE has protocols ([[pace]]) and passwords (keys)", with("\"bac\"", joined({kPace, kChip, kTerminal})));
  refused("PACE has protocols ([[pace]]) and passwords (keys)", with("\"pace-can\"", joined({kChip, kTerminal})));
}

TEST(ProfileChip, with_the_mapping_and_its_key_is_accepted) {
  const auto profile =
      accepted(with("\"pace-mrz\"", joined({"[[pace]]\nprotocol = \"ECDH-CAM-AES-128\"\nparameters = 12\n",
                                            "[[chip-authentication]]\nparameters = 12\nkey-id = 12\nprotocols = "
                                            "[\"ECDH-AES-128\"]\n",
                                            kTerminal})));
  CHECK_BYTES("04007F00070202040602"_hex, profile.pace[0].oid);
}

TEST(ProfileChip, refuses_keys_that_no_chip_can_make) {
  const auto active = [](std::string_view keys) {
    return with("\"bac\"", joined({"[active-authentication]\n", keys, kChip, kTerminal}));
  };
  refused("must be a multiple of 256", active("algorithm = \"rsa\"\nbits = 1100\nhash = \"sha-1\"\n"));
  refused("out of range", active("algorithm = \"rsa\"\nbits = 512\nhash = \"sha-1\"\n"));
  refused("RSA has bits, ECDSA has parameters", active("algorithm = \"rsa\"\nparameters = 12\nhash = \"sha-1\"\n"));
  refused("RSA has bits, ECDSA has parameters",
          active("algorithm = \"ecdsa\"\nbits = 1024\nparameters = 12\nhash = \"sha-256\"\n"));
  refused("SHA-1 is not for ECDSA", active("algorithm = \"ecdsa\"\nparameters = 12\nhash = \"sha-1\"\n"));
  refused("must not be longer than the key", active("algorithm = \"ecdsa\"\nparameters = 12\nhash = \"sha-384\"\n"));
  refused("this key is missing", active("algorithm = \"rsa\"\nbits = 1024\n"));
  const auto chip = [](std::string_view keys) {
    return with("\"bac\"", joined({"[[chip-authentication]]\n", keys, kTerminal}));
  };
  refused("one key is either for DH or for ECDH", chip("parameters = 13\nprotocols = [\"DH-3DES\", \"ECDH-3DES\"]\n"));
  refused("a key is for one protocol at least", chip("parameters = 13\nprotocols = []\n"));
  refused("stands here twice", chip("parameters = 13\nprotocols = [\"ECDH-3DES\", \"ECDH-3DES\"]\n"));
  refused("out of range", chip("parameters = 13\nkey-id = 128\nprotocols = [\"ECDH-3DES\"]\n"));
  refused("each key needs its own", with("\"bac\"", joined({kChip, kChip, kTerminal})));
  refused("where there are several keys, each needs one",
          with("\"bac\"", joined({kChip,
                                  "[[chip-authentication]]\nparameters = 13\nkey-id = 1\nprotocols = "
                                  "[\"ECDH-3DES\"]\n",
                                  kTerminal})));
}

TEST(ProfileChip, refuses_terminal_authentication_without_what_it_stands_on) {
  refused("there is none (9303-11 §7.1)", with("\"bac\"", kTerminal));
  refused("there is no [terminal-authentication]", with("\"bac\"", kChip));
  refused("no file has this name",
          with("\"bac\"", joined({kChip, "[terminal-authentication]\ncvca-file = \"EF.XYZ\"\n"})));
  refused("must be a file of an application with content = \"ef-cvca\"",
          with("\"bac\"", joined({kChip, kTerminal}), "dg2"));
  refused("unknown key", with("\"bac\"", joined({kChip, kTerminal, "trust = 1\n"})));
}
