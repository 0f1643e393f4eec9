#include <algorithm>

#include "cicada/base/cursor.h"
#include "cicada/crypto/mbedtls/cipher.h"
#include "commands.h"

namespace cicada::applet_sim::manager {
namespace {

namespace sw = apdu::sw;
using base::ByteView;
using base::Cursor;
using base::Result;
using base::SecretBytes;
using crypto::mbedtls::BlockCipher;
using crypto::mbedtls::CipherAlgorithm;

constexpr std::uint8_t kAllThree = 0x81;  // P2: several keys, the first one is number 1
constexpr std::uint8_t kLastVersion = 0x7F;
constexpr std::uint8_t kTdes = 0x80;
constexpr std::uint8_t kAes = 0x88;
constexpr std::size_t kCheckSize = 3;
constexpr std::size_t kDesKey = 16;

std::unexpected<base::Error> refused(base::Literal what, apdu::StatusWord word = sw::k6A80IncorrectData) {
  return base::fail({.fault = base::Fault::bad_input, .what = what, .sw = word});
}

/// Key check value (GPC §B.5): what the key makes of a block, its first octets.
Result<base::Bytes> check_value(CipherAlgorithm algorithm, ByteView key) {
  const auto size = crypto::mbedtls::block_size(algorithm);
  base::Bytes block(size, algorithm == CipherAlgorithm::tdes2 ? 0x00 : 0x01);
  CICADA_TRY(const auto cipher, BlockCipher::create(algorithm, key));
  CICADA_CHECK(cipher.encrypt_block(block, block));
  block.resize(kCheckSize);
  return block;
}

std::optional<CipherAlgorithm> algorithm_of(std::uint8_t type, std::size_t size) {
  if (type == kTdes) return size == kDesKey ? std::optional{CipherAlgorithm::tdes2} : std::nullopt;
  for (const auto algorithm : {CipherAlgorithm::aes128, CipherAlgorithm::aes192, CipherAlgorithm::aes256}) {
    if (crypto::mbedtls::key_size(algorithm) == size) return algorithm;
  }
  return std::nullopt;
}

/// `type L key 03 KCV`; an AES key has its own length in front (Amendment D §7.2). Appends the KCV to `checks`.
Result<SecretBytes> take_key(Cursor& cursor, const Seen& seen, base::Bytes& checks) {
  CICADA_TRY(const auto type, cursor.take_u8());
  if (type != (seen.state.protocol == Protocol::scp02 ? kTdes : kAes)) {
    return refused("another kind of key than the channel's", sw::k9484AlgorithmNotSupported);
  }
  CICADA_TRY(std::size_t size, cursor.take_u8());
  auto key_size = size;
  if (type == kAes) {
    CICADA_TRY(key_size, cursor.take_u8());
    if (size == 0) return refused("no key");
    --size;
  }
  CICADA_TRY(const auto encrypted, cursor.take(size));
  const auto algorithm = algorithm_of(type, key_size);
  const auto block = seen.session.channel->secret_block();
  if (!algorithm || size != (key_size + block - 1) / block * block) return refused("a key of the wrong size");
  CICADA_TRY(const auto padded, seen.session.channel->decrypt_secret(encrypted));
  auto key = SecretBytes::copy_of(padded.expose().first(key_size));
  CICADA_TRY(const auto check_size, cursor.take_u8());
  if (check_size != kCheckSize) return refused("a key check value has three octets");
  CICADA_TRY(const auto claimed, cursor.take(kCheckSize));
  CICADA_TRY(const auto check, check_value(*algorithm, key.expose()));
  if (!base::constant_time_equal(check, claimed)) return refused("wrong key check value", sw::k9485WrongCheckValue);
  base::append(checks, check);
  return key;
}

struct NewKeys {
  KeySet set;
  base::Bytes answer;  ///< version and check values
};

Result<NewKeys> read_keys(const Seen& seen, ByteView data) {
  Cursor cursor{data};
  NewKeys keys;
  CICADA_TRY(keys.set.version, cursor.take_u8());
  if (keys.set.version == 0 || keys.set.version > kLastVersion) return refused("a key version is 01 to 7F");
  keys.answer.push_back(keys.set.version);
  CICADA_TRY(keys.set.enc, take_key(cursor, seen, keys.answer));
  CICADA_TRY(keys.set.mac, take_key(cursor, seen, keys.answer));
  CICADA_TRY(keys.set.dek, take_key(cursor, seen, keys.answer));
  const auto size = keys.set.enc.size();
  if (keys.set.mac.size() != size || keys.set.dek.size() != size) return refused("keys of different sizes");
  if (!cursor.at_end()) return refused("octets behind the last key");
  return keys;
}

}  // namespace

Reply put_key(const Seen& seen, const apdu::CommandView& command) {
  if (command.p1 > kLastVersion || command.p2 != kAllThree) return sw::k6A86IncorrectP1P2;
  auto keys = read_keys(seen, command.data);
  if (!keys) return keys.error().sw != 0 ? keys.error().sw : sw::k6A80IncorrectData;
  const auto* same = seen.state.key_set(keys->set.version);
  const auto* old = command.p1 == 0 ? nullptr : seen.state.key_set(command.p1);
  if (command.p1 != 0 && old == nullptr) return sw::k6A88ReferencedDataNotFound;
  if (same != nullptr && same != old) return sw::k6A80IncorrectData;
  if (old == nullptr && seen.state.keys.size() >= kMaxKeySets) return sw::k6A84NotEnoughMemory;
  Reply reply{apdu::ResponseApdu{std::move(keys->answer), sw::k9000Ok}};
  reply.state = seen.state.clone();
  if (old != nullptr) {
    reply.state->keys[static_cast<std::size_t>(old - seen.state.keys.data())] = std::move(keys->set);
  } else {
    reply.state->keys.push_back(std::move(keys->set));
  }
  return reply;
}

}  // namespace cicada::applet_sim::manager
