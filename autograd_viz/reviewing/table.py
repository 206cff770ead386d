"""Semua pemeriksaan menurut urutan laporannya: nama, judul, pelajaran, dan fungsinya."""

from __future__ import annotations

from collections.abc import Mapping

from autograd_viz.reviewing import clipping, gradients, losses, memory, mixed, modes, parameters, values, writes
from autograd_viz.reviewing.finding import Check

CHECKS: Mapping[str, Check] = {
    "nonfinite": Check("NaN atau Inf", "11", values.nonfinite),
    "near_overflow": Check("Hampir meluap", "11", values.near_overflow),
    "loss_is_leaf": Check("Loss tanpa graf", "12", losses.loss_is_leaf),
    "path_cut": Check("Parameter terputus dari loss", "04", parameters.path_cut),
    "not_registered": Check("Parameter tidak terdaftar", "06", parameters.not_registered),
    "other_parameters": Check("Optimizer memegang tensor lain", "06", parameters.other_parameters),
    "frozen_still_moved": Check("Parameter beku masih bergeser", "06", parameters.frozen_still_moved),
    "not_called": Check("Tanda kurung tertinggal", "12", gradients.not_called),
    "step_without_gradient": Check("Langkah tanpa gradien", "05", gradients.step_without_gradient),
    "grad_not_cleared": Check("Gradien tidak dihapus", "05", gradients.grad_not_cleared),
    "other_loss_used": Check("Gradien loss lain ikut dipakai", "05", mixed.other_loss_used),
    "counted_again": Check("Loss terhitung berkali-kali", "07", mixed.counted_again),
    "stale_graph": Check("Gradien dari graf lama", "07", gradients.stale_graph),
    "scaled_step": Check("Gradien masih berskala", "09", gradients.scaled_step),
    "optimizer_anew": Check("Optimizer dibuat ulang", "06", gradients.optimizer_anew),
    "clip_after_step": Check("Dipotong sesudah step", "09", clipping.clip_after_step),
    "clip_before_backward": Check("Dipotong sebelum backward", "09", clipping.clip_before_backward),
    "clip_before_unscale": Check("Dipotong sebelum unscale_", "09", clipping.clip_before_unscale),
    "clip_each_micro_batch": Check("Dipotong di setiap micro-batch", "09", clipping.clip_each_micro_batch),
    "clip_nothing": Check("Pemotongan tanpa isi", "09", clipping.clip_nothing),
    "clamp_discarded": Check("Hasil pemotongan dibuang", "09", clipping.clamp_discarded),
    "loss_broadcast": Check("Loss disiarkan", "03", losses.loss_broadcast),
    "softmax_twice": Check("Peluang diberikan sebagai logits", "06", losses.softmax_twice),
    "softmax_axis": Check("Softmax di sumbu batch", "06", losses.softmax_axis),
    "data_write": Check("Simpanan diubah lewat .data", "12", writes.data_write),
    "ema_by_reference": Check("EMA tanpa salinan", "04", writes.ema_by_reference),
    "dead_units": Check("Lapisan mati", "06", values.dead_units),
    "staircase": Check("Operasi berbentuk tangga", "12", values.staircase),
    "diverging_steps": Check("Learning rate terlalu besar", "09", values.diverging_steps),
    "growing_graph": Check("Graf membesar", "07", memory.growing_graph),
    "logged_loss": Check("Loss dijumlahkan beserta grafnya", "05", memory.logged_loss),
    "kept_losses": Check("Loss disimpan beserta grafnya", "05", memory.kept_losses),
    "graph_in_eval": Check("Evaluasi tanpa no_grad", "04", memory.graph_in_eval),
    "mode_mixed": Check("Mode train dan eval tercampur", "06", modes.mode_mixed),
    "anomaly_left_on": Check("Mode anomali tetap menyala", "11", memory.anomaly_left_on),
}
