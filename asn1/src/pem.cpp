#include "cicada/asn1/pem.h"

#include <array>

namespace cicada::asn1 {

using base::Bytes;
using base::ByteView;
using base::fail;
using base::Fault;
using base::Result;

namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::string_view kPrivateKey = "PRIVATE KEY";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kLineLength = 64;

/// The six bits of a base64 character; -1 for any other.
int bits_of(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::unexpected<base::Error> bad_block(std::size_t at) {
  return fail({.fault = Fault::malformed, .what = "PEM block is broken", .clause = "RFC 7468 §3", .at = at});
}

}  // namespace

Result<Bytes> decode_base64(std::string_view text, std::size_t at) {
  Bytes octets;
  octets.reserve(text.size() / 4 * 3);
  unsigned buffer = 0;
  unsigned characters = 0;
  unsigned padding = 0;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      ++padding;
      continue;
    }
    const int bits = bits_of(c);
    if (bits < 0 || padding > 0) return bad_block(at);
    buffer = (buffer << 6U) | static_cast<unsigned>(bits);
    if (++characters % 4 == 0) {
      for (const unsigned shift : {16U, 8U, 0U}) octets.push_back(static_cast<std::uint8_t>(buffer >> shift));
      buffer = 0;
    }
  }
  const unsigned left = characters % 4;
  if ((left + padding) % 4 != 0 || padding > 2 || left == 1) return bad_block(at);
  if (left >= 2) octets.push_back(static_cast<std::uint8_t>(left == 2 ? buffer >> 4U : buffer >> 10U));
  if (left == 3) octets.push_back(static_cast<std::uint8_t>(buffer >> 2U));
  return octets;
}

bool looks_like_pem(ByteView text) noexcept {
  return base::as_text(text).find(kBegin) != std::string_view::npos;
}

Result<std::vector<PemBlock>> parse_pem(ByteView text) {
  const auto all = base::as_text(text);
  std::vector<PemBlock> blocks;
  std::size_t position = 0;
  while (true) {
    const auto begin = all.find(kBegin, position);
    if (begin == std::string_view::npos) return blocks;
    if (blocks.size() == kMaxPemBlocks) return fail({.fault = Fault::limit, .what = "too many PEM blocks"});
    const auto label_start = begin + kBegin.size();
    const auto label_end = all.find(kDashes, label_start);
    if (label_end == std::string_view::npos) return bad_block(begin);
    const auto label = all.substr(label_start, label_end - label_start);
    if (label.find('\n') != std::string_view::npos) return bad_block(begin);
    const auto body_start = label_end + kDashes.size();
    const auto end = all.find(kEnd, body_start);
    const auto closing = std::string{label} + std::string{kDashes};
    if (end == std::string_view::npos || !all.substr(end + kEnd.size()).starts_with(closing)) return bad_block(begin);
    if (!label.ends_with(kPrivateKey)) {
      CICADA_TRY(auto der, decode_base64(all.substr(body_start, end - body_start), begin));
      blocks.push_back({.label = std::string{label}, .der = std::move(der)});
    }
    position = end + kEnd.size() + closing.size();
  }
}

std::string encode_pem(std::string_view label, ByteView der) {
  std::string text = std::string{kBegin} + std::string{label} + std::string{kDashes};
  std::size_t column = 0;
  const auto put = [&](char c) {
    if (column++ % kLineLength == 0) text += '\n';
    text += c;
  };
  for (std::size_t i = 0; i < der.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, der.size() - i);
    unsigned buffer = 0;
    for (std::size_t k = 0; k < 3; ++k) buffer = (buffer << 8U) | (k < count ? der[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) put(k <= count ? kAlphabet[(buffer >> (18 - 6 * k)) & 0x3FU] : '=');
  }
  return text + '\n' + std::string{kEnd} + std::string{label} + std::string{kDashes} + '\n';
}

}  // namespace cicada::asn1
