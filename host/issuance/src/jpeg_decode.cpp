#include "jpeg_decode.h"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs FILE

#include <jpeglib.h>

namespace cicada::host::issuance {
namespace {

/// libjpeg's error manager with a way home. The manager must be the first member: libjpeg knows only that one.
struct ErrorManager {
  jpeg_error_mgr manager;
  std::jmp_buf home;
};

/// Takes the place of the library's own handler, which ends the process.
[[noreturn]] void leave(j_common_ptr info) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a pointer to a struct is one to its first member.
  auto* const errors = reinterpret_cast<ErrorManager*>(info->err);
  std::longjmp(errors->home, 1);
}

/// A warning means damaged data that libjpeg would paper over; the first one is enough (a file made of thousands of
/// broken scans would cost minutes). Trace messages (level 0 and up) are ignored; nothing is printed.
void leave_on_warning(j_common_ptr info, int level) {
  if (level < 0) leave(info);
}

/// The library fails rather than take more: a picture in several scans is held whole.
constexpr long kMaxMemory = 64L * 1024 * 1024;

void run(jpeg_decompress_struct& decoder, base::ByteView jpeg, unsigned long max_pixels, DecodeReport& report) {
  jpeg_create_decompress(&decoder);
  decoder.mem->max_memory_to_use = kMaxMemory;
  jpeg_mem_src(&decoder, jpeg.data(), static_cast<unsigned long>(jpeg.size()));
  if (jpeg_read_header(&decoder, TRUE) != JPEG_HEADER_OK) return;
  report.header_read = true;
  report.width = decoder.image_width;
  report.height = decoder.image_height;
  report.components = decoder.num_components;
  report.progressive = decoder.progressive_mode != 0;
  report.arithmetic = decoder.arith_code != 0;
  report.too_many_pixels = static_cast<unsigned long>(report.width) * report.height > max_pixels;
  const bool suitable = report.components == 1 || report.components == 3;
  if (max_pixels == 0 || report.too_many_pixels || report.progressive || report.arithmetic || !suitable) return;
  jpeg_start_decompress(&decoder);
  JSAMPARRAY line = (*decoder.mem->alloc_sarray)(
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the library's own idea of inheritance.
      reinterpret_cast<j_common_ptr>(&decoder), JPOOL_IMAGE,
      decoder.output_width * static_cast<JDIMENSION>(decoder.output_components), 1);
  while (decoder.output_scanline < decoder.output_height) jpeg_read_scanlines(&decoder, line, 1);
  jpeg_finish_decompress(&decoder);
  report.decoded = true;
}

/// setjmp and everything that may jump back to it. What is looked at after a jump belongs to the caller, and nothing
/// between here and the library has a destructor.
void run_guarded(jpeg_decompress_struct& decoder, ErrorManager& errors, base::ByteView jpeg, unsigned long max_pixels,
                 DecodeReport& report) {
  if (setjmp(errors.home) == 0) run(decoder, jpeg, max_pixels, report);
}

}  // namespace

DecodeReport decode_jpeg(base::ByteView jpeg, unsigned long max_pixels) noexcept {
  DecodeReport report;
  jpeg_decompress_struct decoder{};
  ErrorManager errors{};
  decoder.err = jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leave;
  errors.manager.emit_message = leave_on_warning;
  run_guarded(decoder, errors, jpeg, max_pixels, report);
  jpeg_destroy_decompress(&decoder);
  return report;
}

DecodeReport read_jpeg_header(base::ByteView jpeg) noexcept {
  return decode_jpeg(jpeg, 0);
}

}  // namespace cicada::host::issuance
