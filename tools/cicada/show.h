// What is in a file, as indented text.
#pragma once

#include <string>
#include <string_view>

#include "cicada/base/bytes.h"
#include "cicada/base/error.h"
#include "cicada/host/lds/ef.h"

namespace cicada::tools {

/// Lines of text, indented two spaces a level. Everything added is made safe for a terminal.
class Page {
 public:
  void line(std::string_view text);
  void field(std::string_view label, std::string_view value);
  /// Octets as hexadecimal digits; more than `most` are counted, not shown.
  void octets(std::string_view label, base::ByteView value, std::size_t most = 32);
  /// Lines added while a Level lives stand one level deeper.
  class Level {
   public:
    explicit Level(Page& page) noexcept : page_(page) { ++page_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Level(Level&&) = delete;
    Level& operator=(Level&&) = delete;
    ~Level() { --page_.depth_; }

   private:
    Page& page_;
  };
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

// Each shows one kind of file; fails when the octets are not of that kind.
[[nodiscard]] base::Result<void> show_com(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg1(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg2(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg3(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg4(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg5(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg7(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg11(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg12(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg13(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg14(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg15(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_dg16(base::ByteView file, Page& page);
/// DG6, DG8, DG9, DG10: groups that no standard takes apart.
[[nodiscard]] base::Result<void> show_opaque(host::lds::Ef ef, base::ByteView file, Page& page);
/// An image: what the headers of a JPEG or JPEG 2000 say. Never fails.
[[nodiscard]] base::Result<void> show_image(base::ByteView file, Page& page);
/// A SubjectPublicKeyInfo.
[[nodiscard]] base::Result<void> show_public_key_info(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_sod(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_cms(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_certificate(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_crl(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_cv_certificate(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_cv_request(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_authenticated_cv_request(base::ByteView der, Page& page);
[[nodiscard]] base::Result<void> show_ef_cvca(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_security_infos(base::ByteView set, Page& page);
[[nodiscard]] base::Result<void> show_master_list(base::ByteView content, Page& page);
[[nodiscard]] base::Result<void> show_deviation_list(base::ByteView content, Page& page);
[[nodiscard]] base::Result<void> show_ef_dir(base::ByteView file, Page& page);
[[nodiscard]] base::Result<void> show_atr_info(base::ByteView file, Page& page);
/// Any BER-TLV structure, object by object.
[[nodiscard]] base::Result<void> show_tlv(base::ByteView octets, Page& page);

}  // namespace cicada::tools
