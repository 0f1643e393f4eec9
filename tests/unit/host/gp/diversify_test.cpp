#include "cicada/host/gp/diversify.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include "cicada/base/file.h"
#include "vectors.h"

#include "harness.h"

using namespace cicada;
using namespace cicada::base::literals;
using host::gp::MasterKey;

namespace {
const auto kMaster = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"_hex;

MasterKey master() {
  return MasterKey{base::ByteView{kMaster}.first<16>()};
}

host::gp::ChipSerial serial() {
  const auto octets = "43494341444100000042"_hex;
  return test::serial(octets);
}

/// The key of this purpose in the vectors.
base::Bytes expected(int purpose) {
  for (const auto& vector : test::vectors_of_kind("kdf3")) {
    if (vector.at("purpose") == purpose && test::octets(vector, "master") == kMaster) {
      return test::octets(vector, "key");
    }
  }
  return {};
}
}  // namespace

TEST_GROUP(Diversify){};

TEST(Diversify, gives_each_purpose_its_own_key) {
  const auto keys = host::gp::diversify(master(), serial());
  CHECK_OK(keys);
  CHECK_BYTES(expected(1), keys->k_enc.expose());
  CHECK_BYTES(expected(2), keys->k_mac.expose());
  CHECK_BYTES(expected(3), keys->k_dek.expose());
}

TEST(Diversify, gives_another_chip_other_keys) {
  auto other = serial();
  other.back() ^= 0x01;
  const auto keys = host::gp::diversify(master(), other);
  CHECK_OK(keys);
  CHECK(!base::equal(expected(1), keys->k_enc.expose()));
  CHECK(!base::equal(expected(2), keys->k_mac.expose()));
}

TEST(Diversify, as_a_key_source_outlives_the_master_key_it_was_made_from) {
  host::gp::KeySource source;
  {
    const auto short_lived = master();
    source = host::gp::diversified(short_lived);
  }
  const auto keys = source(serial());
  CHECK_OK(keys);
  CHECK_BYTES(expected(1), keys->k_enc.expose());
}

TEST_GROUP(MasterKeyFile) {
  std::filesystem::path dir;
  std::filesystem::path path;
  void setup() override {
    std::string pattern = std::filesystem::temp_directory_path() / "cicada-gp-XXXXXX";
    dir = mkdtemp(pattern.data());
    path = dir / "transport-master.key";
  }
  void teardown() override {
    std::filesystem::remove_all(dir);
  }

  base::Result<MasterKey> read(std::string_view text) {
    CHECK_OK(base::write_file(path, base::as_bytes(text), 0600));
    return host::gp::read_master_key(path);
  }
};

TEST(MasterKeyFile, holds_a_key_among_comments_and_empty_lines) {
  const auto key = read("# TEST KEY, never for real cards\n\n  \t\r\n0f1e2d3c4b5a6978 8796A5B4C3D2E1F0\r\n# end\n");
  CHECK_OK(key);
  CHECK_BYTES(kMaster, key->expose());
}

TEST(MasterKeyFile, may_end_without_a_line_break) {
  CHECK_OK(read("0F1E2D3C4B5A69788796A5B4C3D2E1F0"));
}

TEST(MasterKeyFile, without_a_key_is_refused) {
  const auto key = read("# only a comment\n");
  CHECK_FAULT(base::Fault::bad_input, key);
  CHECK_STRING("the master key file holds no key: write the 32 hexadecimal digits of the master key on one line",
               key.error().describe());
}

TEST(MasterKeyFile, with_a_short_or_long_key_is_refused_and_the_line_named) {
  const auto brief = read("# comment\n0F1E2D3C4B5A69788796A5B4C3D2E1\n");
  CHECK_FAULT(base::Fault::bad_input, brief);
  CHECK_STRING(
      "the master key does not have 16 octets (at 2): write the 32 hexadecimal digits of the master key on one line",
      brief.error().describe());
  CHECK_FAULT(base::Fault::bad_input, read("0F1E2D3C4B5A69788796A5B4C3D2E1F0AA\n"));
}

TEST(MasterKeyFile, with_text_that_is_not_hexadecimal_is_refused) {
  CHECK_FAULT(base::Fault::bad_input, read("-----BEGIN PRIVATE KEY-----\n"));
  CHECK_FAULT(base::Fault::bad_input, read("0F1E2D3C4B5A69788796A5B4C3D2E1F\n"));
}

TEST(MasterKeyFile, with_two_keys_is_refused) {
  const auto key = read("0F1E2D3C4B5A69788796A5B4C3D2E1F0\n0F1E2D3C4B5A69788796A5B4C3D2E1F0\n");
  CHECK_FAULT(base::Fault::bad_input, key);
  LONGS_EQUAL(2, *key.error().at);
}

TEST(MasterKeyFile, that_is_missing_or_huge_is_refused) {
  CHECK_FAULT(base::Fault::not_found, host::gp::read_master_key(dir / "nothing.key"));
  CHECK_FAULT(base::Fault::limit, read(std::string(5000, '#')));
}
